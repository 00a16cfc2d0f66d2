import { MAX_TIMEOUT_MS } from './time.ts';

/** One thing that waits: setting it anew takes the place of what waited before. */
export interface Timer {
  set(run: () => unknown, ms: number): void;
  clear(): void;
  /** Clears it when the signal aborts; nothing waits from then on. */
  until(signal: AbortSignal): void;
}

export function makeTimer(): Timer {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let end: AbortSignal | undefined;
  const clear = (): void => clearTimeout(waiting);
  return {
    set(run, ms) {
      clear();
      if (end?.aborted !== true) waiting = setTimeout(run, Math.min(ms, MAX_TIMEOUT_MS));
    },
    clear,
    until(signal) {
      end = signal;
      signal.addEventListener('abort', clear, { once: true });
    },
  };
}
