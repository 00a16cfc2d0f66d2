import type { Context } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';

const minute = 60_000;
/** Beyond this many callers in a minute, those whose minute is over are forgotten. */
const sweepAt = 10_000;

/** How often somebody did something in the last minute, in memory. */
export class Limits {
  readonly #counts = new Map<string, { since: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Callers that are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts once more; false when that is more than `most` in a minute. */
  within(what: string, most: number): boolean {
    const now = this.#now();
    if (this.#counts.size >= sweepAt)
      for (const [key, { since }] of this.#counts) if (now - since >= minute) this.#counts.delete(key);
    const found = this.#counts.get(what);
    const current = found && now - found.since < minute ? found : { since: now, count: 0 };
    this.#counts.set(what, current);
    return ++current.count <= most;
  }
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
