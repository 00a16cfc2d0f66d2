import { z } from 'zod';
import { onAlarm, setRepeating } from './platform/alarms.ts';
import { reconcile } from './features/gate/index.ts';
import { load } from './features/state/index.ts';
import type { WorkerFeature } from './features/worker.ts';

// zod would otherwise try to compile its checks, which an extension's content security policy forbids.
z.config({ jitless: true });

/** Wakes a worker that sleeps, so that everything is looked at twice a minute. */
const TICK = 'tick';
const TICK_MINUTES = 0.5;

/**
 * The worker's life, from its first turn on: every feature starts, the state is loaded, what stands open is brought
 * into line with it, and then each feature looks, now and twice a minute.
 */
export function startWorker(features: readonly WorkerFeature[], signal: AbortSignal): void {
  const loaded = async (): Promise<void> => {
    await load();
    for (const feature of features) await feature.prepare?.();
  };
  const ready = loaded();
  for (const feature of features) feature.start?.({ ready, signal });

  const look = async (): Promise<void> => {
    await ready;
    for (const feature of features) if (!signal.aborted) await feature.look?.();
  };
  onAlarm((name) => name === TICK && void look(), signal);
  setRepeating(TICK, TICK_MINUTES);
  // First of all everything into line with what is held: after a restart that is nothing.
  void ready.then(reconcile).then(look);
}
