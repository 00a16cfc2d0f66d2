/** How time that is left is said and signalled, the same in toolbar, strip, popup and companion. Pure. */

const second = 1000;
const minute = 60 * second;

/** `plain` above five minutes, `wait` from five, `shut` from one, `over` at nothing. */
export type LeftTone = 'plain' | 'wait' | 'shut' | 'over';

/** The signal for `ms` milliseconds left. */
export function leftTone(ms: number): LeftTone {
  if (ms <= 0) return 'over';
  if (ms <= minute) return 'shut';
  return ms <= 5 * minute ? 'wait' : 'plain';
}

/**
 * `ms` left in words: "1 h 05 min", "12 min", from five minutes "4:59", then "0:00". Minutes round up, so that a
 * fresh grant of 30 minutes says 30.
 */
export function leftWords(ms: number): string {
  if (ms <= 5 * minute) {
    const seconds = Math.max(0, Math.ceil(ms / second));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  const minutes = Math.ceil(ms / minute);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
