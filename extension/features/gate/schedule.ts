import { clearAlarm, setAlarm } from '../../platform/alarms.ts';
import { clocks } from '../../platform/time.ts';
import { makeTimer } from '../../platform/timer.ts';
import { left, toEnd } from '../leases/index.ts';
import { consoleInfo, state } from '../state/index.ts';

/** The alarm that wakes a sleeping worker when the next access ends. */
export const END_ALARM = 'end';
const MINUTE_MS = 60_000;

const timer = makeTimer();
export const scheduleUntil = (signal: AbortSignal): void => timer.until(signal);

/** Sets timer and alarm for the next moment at which something ends or a minute is over. */
export function schedule(then: () => Promise<void>): void {
  timer.clear();
  const living = state.run.held.flatMap((held) => {
    const ms = left(held, consoleInfo(held.lease.console)?.unreachable ?? 'close', clocks);
    return ms > 0 ? [{ ms, minute: toEnd(held, clocks) % MINUTE_MS || MINUTE_MS }] : [];
  });
  if (living.length === 0) {
    clearAlarm(END_ALARM);
    return;
  }
  const ends = Math.min(...living.map(({ ms }) => ms));
  setAlarm(END_ALARM, clocks.wall() + ends);
  // The toolbar's minutes change on the minute. One millisecond later nothing rounds to "just before".
  timer.set(then, Math.min(ends, ...living.map(({ minute }) => minute)) + 1);
}
