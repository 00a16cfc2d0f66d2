/**
 * Durations as policy writes them (ISO 8601, `PnDTnHnMnS`) and as the code counts them (whole seconds).
 * Years, months and weeks are left out on purpose: a grant's length must not depend on a calendar.
 */
const form = /^P(?:(\d{1,6})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;
const units = [86_400, 3_600, 60, 1] as const;

/** Seconds of an ISO 8601 duration, or undefined where the text is not one. `PT0S` is 0; `P` and `PT` are nothing. */
export function parseDuration(text: string): number | undefined {
  const found = form.exec(text);
  if (!found || text === 'P' || found[2] === 'T') return undefined;
  const [, days, , hours, minutes, seconds] = found;
  return [days, hours, minutes, seconds].reduce(
    (sum, digits, unit) => sum + Number(digits ?? 0) * (units[unit] ?? 0),
    0,
  );
}

/** The ISO 8601 form of whole seconds, biggest units first: 5400 → `PT1H30M`. Its own inverse is {@link parseDuration}. */
export function formatDuration(seconds: number): string {
  const [d = 0, h = 0, m = 0, s = 0] = split(seconds);
  const time = `${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s ? `${s}S` : ''}`;
  if (!d && !time) return 'PT0S';
  return `P${d ? `${d}D` : ''}${time ? `T${time}` : ''}`;
}

/**
 * The longest time (whole seconds) that a request may be given now, from what the server says of it: what was asked,
 * or where the console's maximum leaves less, the whole minutes of that. 0 where no minute is left. `from` and `latest`
 * in ms: where the time counts from, and the latest end.
 */
export function longestGiven(request: { seconds: number; from: number; latest: number }): number {
  const left = Math.round((request.latest - request.from) / 1000);
  return left >= request.seconds ? request.seconds : Math.max(0, Math.floor(left / 60) * 60);
}

/** Words for people: 5400 → `1 hour 30 minutes`. */
export function sayDuration(seconds: number): string {
  const words = ['day', 'hour', 'minute', 'second'];
  const parts = split(seconds).flatMap((n, unit) => (n ? [`${n} ${words[unit]}${n === 1 ? '' : 's'}`] : []));
  return parts.join(' ') || '0 seconds';
}

function split(seconds: number): number[] {
  let left = seconds;
  return units.map((unit) => {
    const n = Math.floor(left / unit);
    left -= n * unit;
    return n;
  });
}
