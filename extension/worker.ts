import { z } from 'zod';
import { onAlarm, setRepeating } from './platform/alarms.ts';
import { onOnline, onStart } from './platform/life.ts';
import { onManaged } from './platform/managed.ts';
import { onHosts } from './platform/permissions.ts';
import { receive } from './platform/receive.ts';
import { followPages } from './features/gate/follow.ts';
import { heartbeat } from './features/connection/heartbeat.ts';
import { keepLine } from './features/connection/connection.ts';
import { checkManaged } from './features/managed/managed.ts';
import { checkHosts } from './features/hosts/hosts.ts';
import { countStopped } from './features/blocked/count.ts';
import { awaitConfirmation } from './features/pairing/pair.ts';
import { askRelease } from './features/pairing/release.ts';
import { watchActivation } from './features/requests/activate.ts';
import { tellEnds } from './features/requests/end.ts';
import { makeHandlers } from './features/messages/handlers.ts';
import { witness } from './features/witness/witness.ts';
import type { StartOutbox } from './features/worker.ts';
import { settle } from './features/gate/reconcile.ts';
import { load, state } from './features/state/state.ts';

// zod would otherwise try to compile its checks, which an extension's content security policy forbids.
z.config({ jitless: true });

/** Looks at everything twice a minute, also when the worker slept: line, leases, what the server was not told. */
const TICK = 'tick';

/**
 * The worker's first turn. Listeners are registered before anything is awaited, or the event that woke the worker is
 * lost; handlers wait until the state is loaded.
 */
export function startWorker(startOutbox: StartOutbox): void {
  // What the browser allows us comes before anything is opened by what was kept.
  const ready = load().then(checkManaged).then(checkHosts);
  const outbox = startOutbox({
    async outboxChanged(now) {
      await ready;
      state.run.outbox = now;
      await settle();
    },
  });
  const lastNumber = () => outbox.lastNumber();
  receive(makeHandlers(ready, outbox));
  watchActivation();
  followPages(ready, settle);
  const look = async () => {
    await ready;
    await checkManaged();
    await checkHosts();
    await settle();
    await keepLine();
    await heartbeat();
    await witness();
    await tellEnds(lastNumber);
    await askRelease();
    await countStopped();
  };
  // Timers and alarms only wake us: what is open is computed anew.
  onAlarm((name) => void (name === TICK ? look() : ready.then(settle)));
  onStart(() => void ready.then(settle));
  const back = (): void => void ready.then(keepLine).then(heartbeat);
  onOnline(back);
  onManaged(() => void ready.then(checkManaged).then(checkHosts).then(settle));
  onHosts(() => void ready.then(checkHosts).then(settle));
  setRepeating(TICK, 0.5);

  void (async () => {
    await ready;
    // First of all everything into line with what is held: after a restart that is nothing.
    await settle();
    await awaitConfirmation();
    await look();
  })();
}
