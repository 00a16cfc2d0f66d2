/** Which hosts of the policy the browser allows us (T33). */
import { onHosts } from '../../platform/permissions.ts';
import { reconcile } from '../gate/index.ts';
import type { WorkerFeature } from '../worker.ts';
import { checkHosts } from './hosts.ts';

export { checkHosts } from './hosts.ts';

export const watchHosts: WorkerFeature = {
  prepare: checkHosts,
  start({ ready, signal }) {
    onHosts(() => void ready.then(checkHosts).then(reconcile), signal);
  },
  look: checkHosts,
};
