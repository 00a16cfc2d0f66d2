/** One thing that waits: setting it anew takes the place of what waited before. */
export interface Timer {
  /** @param ms up to 2^31; a longer wait runs early, and whoever set it looks again */
  set(run: () => unknown, ms: number): void;
  clear(): void;
  /** Clears it when the signal aborts; nothing waits from then on. */
  until(signal: AbortSignal): void;
}

/** setTimeout counts to 2^31 ms. */
const LONGEST_MS = 2_000_000_000;

export function makeTimer(): Timer {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let end: AbortSignal | undefined;
  const clear = (): void => clearTimeout(waiting);
  return {
    set(run, ms) {
      clear();
      if (end?.aborted !== true) waiting = setTimeout(run, Math.min(ms, LONGEST_MS));
    },
    clear,
    until(signal) {
      end = signal;
      signal.addEventListener('abort', clear, { once: true });
    },
  };
}
