/** How a moment is said. All times are ms since 1970; formatting is the reader's own zone, 24 hours. */

const clockOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayOf = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const yearOf = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const fullOf = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'long',
});
const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'always', style: 'short' });

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "14:03" today, "22 Nov, 14:03" this year, else with the year. */
export function momentWords(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  const clock = clockOf.format(then);
  if (then.toDateString() === today.toDateString()) return clock;
  const day = then.getFullYear() === today.getFullYear() ? dayOf : yearOf;
  return `${day.format(then)}, ${clock}`;
}

/** "just now", "4 min ago", "in 2 hr". */
export function relativeWords(at: number, now: number): string {
  const gap = at - now;
  const step = steps.find(([, size]) => Math.abs(gap) >= size);
  if (!step) return gap > 0 ? 'in a moment' : 'just now';
  return relative.format(Math.trunc(gap / step[1]), step[0]);
}

/** Day, date, time with seconds and zone, for the hover. */
export const fullWords = (at: number): string => fullOf.format(at);
