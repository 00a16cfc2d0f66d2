import type { Health } from './types.ts';

/** How often it is looked, in ms: a machine that woke up is to be well again before anybody asks. */
const CHECK_INTERVAL_MS = 1000;

/**
 * Resolves with the reason once nothing but a restart lets the log be written again. A process that went on would
 * refuse everything and answer `/healthz` with 200, so no supervisor would help it.
 */
export function untilRestartNeeded(log: { readonly health: Health }): {
  reason: Promise<string>;
  stop: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setInterval(() => {
    const { health } = log;
    if (health.ok || !health.restart) return;
    clearInterval(timer);
    resolve(health.reason);
  }, CHECK_INTERVAL_MS).unref();
  return { reason: promise, stop: () => clearInterval(timer) };
}
