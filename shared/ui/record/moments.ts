/** How a moment is said. All times are ms since 1970; formatting is the reader's own zone, 24 hours. */

const clockOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayOf = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const weekdayOf = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'short' });
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

/** "Today", "Friday 20 Nov" this year, else with the year. */
export function dayWords(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return 'Today';
  const day = then.getFullYear() === today.getFullYear() ? weekdayOf : yearOf;
  return day.format(then).replace(',', '');
}

/** Clocks differ: what lies this little ahead has just happened. */
const LEAD = 10_000;

/**
 * "just now", "4 min ago", "in 2 hr". Whole steps only, but that what is ahead counts in minutes begun, as time that
 * is left does: a fresh grant of 15 minutes ends "in 15 min".
 */
export function relativeWords(at: number, now: number): string {
  const gap = at - now;
  const ahead = gap > 0 ? Math.ceil(gap / 60_000) * 60_000 : gap;
  const step = steps.find(([, size]) => Math.abs(ahead) >= size);
  if (gap > 0 && gap < 60_000) return gap <= LEAD ? 'just now' : 'in a moment';
  return step ? relative.format(Math.trunc(ahead / step[1]), step[0]) : 'just now';
}

/** Day, date, time with seconds and zone, for the hover. */
export const fullWords = (at: number): string => fullOf.format(at);
