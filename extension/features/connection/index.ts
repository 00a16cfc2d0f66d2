/** The connection to the server: leases renewed by a heartbeat, requests and grants fetched when it nudges us. */
import { onOnline } from '../../platform/life.ts';
import type { WorkerFeature } from '../worker.ts';
import { connect, connectUntil } from './connection.ts';
import { heartbeat, heartbeatUntil } from './sync.ts';

export { connect, disconnect, pollWhileWaiting } from './connection.ts';
export { heartbeat, refreshState } from './sync.ts';
export { take } from './take.ts';

async function reachServer(): Promise<void> {
  await connect();
  await heartbeat();
}

export const keepConnection: WorkerFeature = {
  start({ ready, signal }) {
    connectUntil(signal);
    heartbeatUntil(signal);
    onOnline(() => void ready.then(reachServer), signal);
  },
  look: reachServer,
};
