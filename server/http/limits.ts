import type { Context } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Refusal } from '#shared/errors.ts';

export const minute = 60_000;
/** Beyond this many callers, those whose time is over are forgotten. */
const sweepAt = 10_000;

/** How much somebody did of something in the last minute, or another time, in memory. */
export class Limits {
  readonly #counts = new Map<string, { until: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Callers that are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts `amount` more; false when that is more than `most` within `time` (ms). */
  within(what: string, most: number, amount = 1, time = minute): boolean {
    const now = this.#now();
    if (this.#counts.size >= sweepAt)
      for (const [key, { until }] of this.#counts) if (until <= now) this.#counts.delete(key);
    const found = this.#counts.get(what);
    const current = found && now < found.until ? found : { until: now + time, count: 0 };
    this.#counts.set(what, current);
    current.count += amount;
    return current.count <= most;
  }
}

/** Throws `too_many` where that is more than `most` in a minute. */
export function refuseMore(limits: Limits, what: string, most: number, amount = 1): void {
  if (!limits.within(what, most, amount)) throw new Refusal('too_many');
}

/**
 * The address that a call comes from. A proxy on this very host is believed about who called it: its own word is the
 * last in `X-Forwarded-For`, whatever the caller wrote before it. Anybody else's header is theirs to invent.
 */
export function addressOf(c: Context): string {
  const { address = '' } = getConnInfo(c).remote;
  const isOwnHost = /^(::ffff:)?127\.|^::1$/.test(address);
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return isOwnHost && forwarded ? forwarded : address;
}
