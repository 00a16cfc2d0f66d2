export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hours of a week, by the wall clock of a zone. `from` and `to` are `HH:MM`. */
export interface When {
  days: readonly (typeof weekdays)[number][];
  from: string;
  to: string;
  zone: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * Is a moment (ms since 1970) inside the window? The wall clock of the window's own zone counts, never the
 * machine's (case 74). A window whose `from` is later than its `to` runs past midnight and belongs to the day
 * on which it begins. `to` itself is outside.
 */
export function within(when: When, at: number): boolean {
  const { day, minute } = wallClock(when.zone, at);
  const from = minutesOf(when.from);
  const to = minutesOf(when.to);
  const today = when.days.some((name) => name === weekdays[day]);
  if (from < to) return today && minute >= from && minute < to;
  const yesterday = when.days.some((name) => name === weekdays[(day + 6) % 7]);
  return (today && minute >= from) || (yesterday && minute < to);
}

/** `mon, tue from 08:00 to 18:00 (Europe/Berlin)` */
export function sayWhen(when: When): string {
  const days = when.days.length === weekdays.length ? 'every day' : when.days.join(', ');
  return `${days} from ${when.from} to ${when.to} (${when.zone})`;
}

/** Does this machine's time zone data know the zone? */
export function isZone(zone: string): boolean {
  try {
    return clock(zone) !== undefined;
  } catch {
    return false;
  }
}

/** Minutes since midnight of `HH:MM`; `24:00` is the end of the day. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function clock(zone: string): Intl.DateTimeFormat {
  // Making one costs far more than using it, and a policy has few zones.
  let made = clocks.get(zone);
  if (!made) {
    made = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(zone, made);
  }
  return made;
}

function wallClock(zone: string, at: number): { day: number; minute: number } {
  const parts = new Map(
    clock(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const name = parts.get('weekday')?.toLowerCase();
  return {
    day: weekdays.findIndex((day) => day === name),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}
