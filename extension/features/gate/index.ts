/** The gate: rules, tabs and the script that keep consoles shut, and let through what is open. */
import { onAlarm } from '../../platform/alarms.ts';
import { onStart } from '../../platform/life.ts';
import { publishUntil } from '../status/index.ts';
import type { WorkerFeature } from '../worker.ts';
import { followPages } from './follow.ts';
import { reconcile } from './reconcile.ts';
import { END_ALARM, scheduleUntil } from './schedule.ts';

export { closeActivation } from './activation-window.ts';
export { domainsOf } from './patterns.ts';
export { reconcile } from './reconcile.ts';
export { fromOtherSites, isForSockets } from './rules.ts';
export { openTabAtGate } from './tabs.ts';

export const gateConsoles: WorkerFeature = {
  start({ ready, signal }) {
    scheduleUntil(signal);
    publishUntil(signal);
    followPages(ready, signal);
    // Timers and alarms only wake us: what is open is computed anew.
    onAlarm((name) => name === END_ALARM && void ready.then(reconcile), signal);
    onStart(() => void ready.then(reconcile), signal);
  },
  look: reconcile,
};
