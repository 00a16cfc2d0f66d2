import type { Context } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Refusal } from '#shared/errors.ts';

declare module '../context.ts' {
  interface Services {
    limits: Limits;
  }
}

export const MINUTE_MS = 60_000;
/** Beyond this many callers, those whose time is over are forgotten. */
const MAX_REMEMBERED_CALLERS = 10_000;

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
  within(what: string, most: number, amount = 1, time = MINUTE_MS): boolean {
    return this.wait(what, most, amount, time) === 0;
  }

  /** The same; how long to wait, in ms, where that is more. 0 where it is not. */
  wait(what: string, most: number, amount = 1, time = MINUTE_MS): number {
    const now = this.#now();
    if (this.#counts.size >= MAX_REMEMBERED_CALLERS)
      for (const [key, { until }] of this.#counts) if (until <= now) this.#counts.delete(key);
    const found = this.#counts.get(what);
    const current = found && now < found.until ? found : { until: now + time, count: 0 };
    this.#counts.set(what, current);
    current.count += amount;
    return current.count <= most ? 0 : current.until - now;
  }
}

/** Says what there was too much of, and when to come again. */
export function tooMany(wait: number, what = 'Too many requests.'): Refusal {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  const when = retryAfter === 1 ? 'a second' : retryAfter < 60 ? `${retryAfter} seconds` : 'a minute';
  return new Refusal('too_many', { retryAfter, sentence: `${what} Try again in ${when}.` });
}

/** Throws `too_many` where that is more than `most` in a minute. */
export function enforceLimit(limits: Limits, what: string, most: number, amount = 1, said?: string): void {
  const wait = limits.wait(what, most, amount);
  if (wait > 0) throw tooMany(wait, said);
}

/**
 * The address that a call comes from. A proxy on this very host is believed about who called it: its own word is the
 * last in `X-Forwarded-For`, whatever the caller wrote before it. Anybody else's header is theirs to invent.
 */
export function addressOf(c: Context): string {
  const { address = '' } = getConnInfo(c).remote;
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return networkOf(isOwnHost(address) && forwarded ? forwarded : address);
}

/** Whoever has one address of IPv6 has all 2^64 of its network, so these count as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.') || address === '::1') return address;
  const [front = '', back] = address.split('::');
  const head = front === '' ? [] : front.split(':');
  const missing = back === undefined ? 0 : 8 - head.length - (back === '' ? 0 : back.split(':').length);
  const groups = [...head, ...Array<string>(Math.max(0, missing)).fill('0'), ...(back ?? '').split(':')];
  return `${groups.slice(0, 4).join(':').toLowerCase()}::/64`;
}

/** Whether an address is this very host's. */
export const isOwnHost = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);
