/**
 * Time that a wrong or moving clock cannot stretch (case 26, T34): elapsed is the larger of what the monotonic clock
 * and the wall clock say. A wall clock set back shows as elapsed less than nothing, which counts as for ever.
 */
export interface TimeAnchor {
  /** `Date.now()` at the anchor. */
  wall: number;
  /** `performance.now()` at the anchor, in this very context; absent after the context was restarted. */
  monotonic?: number;
}

export interface Clocks {
  wall(): number;
  monotonic(): number;
}

export const clocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** A step back smaller than this is clock discipline (NTP), not an attempt to win time; in ms. */
const CLOCK_SLACK_MS = 2_000;

export const anchorNow = (from: Clocks = clocks): Required<TimeAnchor> => ({
  wall: from.wall(),
  monotonic: from.monotonic(),
});

/** Milliseconds since the anchor; Infinity when the wall clock is behind it and nothing else can be trusted. */
export function elapsed(anchor: TimeAnchor, now: Clocks = clocks): number {
  const byWall = now.wall() - anchor.wall;
  if (anchor.monotonic === undefined) return byWall < -CLOCK_SLACK_MS ? Infinity : Math.max(byWall, 0);
  return Math.max(byWall, now.monotonic() - anchor.monotonic);
}

/** setTimeout counts to 2^31 ms: a longer wait runs early, and whoever set it looks again. */
export const MAX_TIMEOUT_MS = 2_000_000_000;

/** @param ms milliseconds */
export const wait = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));
