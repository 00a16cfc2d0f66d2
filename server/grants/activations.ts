import { random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { tokenHash } from '../http/index.ts';

declare module '../context.ts' {
  interface Services {
    activations: Activations;
  }
}

/** How long an activation window may be opened after its address was made, in ms. */
const life = 300_000;

export interface Activation {
  request: string;
  browser: string;
  expires: number;
}

/** One-time addresses of the activation window. Only hashes are kept; a restart means asking for another. */
export class Activations {
  readonly #tickets = new Map<string, Activation>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(request: string, browser: string): { ticket: string; expires: number } {
    for (const [hash, { expires }] of this.#tickets) if (expires < this.#now()) this.#tickets.delete(hash);
    const ticket = toBase64url(random(32));
    const expires = this.#now() + life;
    this.#tickets.set(keyOf(ticket), { request, browser, expires });
    return { ticket, expires };
  }

  find(ticket: string): Activation {
    const found = this.#tickets.get(keyOf(ticket));
    if (!found || found.expires < this.#now())
      throw new Refusal('link_unknown', {
        sentence: 'This window was open too long or was already used. Press Start in the console again.',
      });
    return found;
  }

  /** The browser that asked for this window, if it stands. */
  browserOf(ticket: string): string | undefined {
    return this.#tickets.get(keyOf(ticket))?.browser;
  }

  close(ticket: string): void {
    this.#tickets.delete(keyOf(ticket));
  }
}

const keyOf = (ticket: string): string => toBase64url(tokenHash(ticket));
