import { setImmediate as breathe } from 'node:timers/promises';

/** How long work may hold the thread that everybody shares, in ms. */
export const SLICE_MS = 5;

/** What long work awaits as often as it can: it lets others go first whenever a slice is over. */
export function inSlices(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await breathe();
    since = performance.now();
  };
}
