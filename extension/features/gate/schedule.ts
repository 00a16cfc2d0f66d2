import { clearAlarm, setAlarm } from '../../platform/alarms.ts';
import { clocks } from '../../platform/time.ts';
import { left, toEnd } from '../leases/held.ts';
import { infoOf, state } from '../state/state.ts';

/** The alarm that wakes a sleeping worker when the next access ends. */
export const END = 'end';
/** setTimeout counts to 2^31 ms. */
const LONGEST = 2_000_000_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Sets timer and alarm for the next moment at which something ends or a minute is over. */
export function schedule(then: () => Promise<void>): void {
  clearTimeout(timer);
  const living = state.run.held.flatMap((held) => {
    const ms = left(held, infoOf(held.lease.console)?.unreachable ?? 'close', clocks);
    return ms > 0 ? [{ ms, minute: toEnd(held, clocks) % 60_000 || 60_000 }] : [];
  });
  if (living.length === 0) {
    clearAlarm(END);
    return;
  }
  const ends = Math.min(...living.map(({ ms }) => ms));
  setAlarm(END, clocks.wall() + ends);
  // The toolbar's minutes change on the minute. One millisecond later nothing rounds to "just before".
  const next = Math.min(ends, ...living.map(({ minute }) => minute)) + 1;
  timer = setTimeout(() => void then(), Math.min(next, LONGEST));
}
