import { newId, random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { pairingCode } from '#shared/domain/browsers/code.ts';

declare module '../context.ts' {
  interface Services {
    pairings: Pairings;
  }
}

const life = 300_000;

export interface Pairing {
  person: string;
  expires: number;
  state: 'waiting' | 'claimed' | 'paired';
  claim?: { browser: string; publicKey: string; label: string; code: string };
}

/** Pairings under way: opened by a person, claimed by a browser, confirmed by a touch. In memory, five minutes each. */
export class Pairings {
  readonly #open = new Map<string, Pairing>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(person: string): { ticket: string; expires: number } {
    for (const [ticket, pairing] of this.#open) if (pairing.expires < this.#now()) this.#open.delete(ticket);
    const ticket = toBase64url(random(32));
    const expires = this.#now() + life;
    this.#open.set(ticket, { person, expires, state: 'waiting' });
    return { ticket, expires };
  }

  find(ticket: string): Pairing {
    const pairing = this.#open.get(ticket);
    if (!pairing || pairing.expires < this.#now())
      throw new Refusal('link_unknown', {
        sentence: 'This pairing has expired or never existed. Press "Pair this browser" again.',
      });
    return pairing;
  }

  /** A browser shows its key. Only the first one may: a second means that the link went to somebody else too. */
  claim(ticket: string, publicKey: string, label: string): NonNullable<Pairing['claim']> {
    const pairing = this.find(ticket);
    if (pairing.state !== 'waiting')
      throw new Refusal('link_unknown', {
        sentence: 'Another browser already used this link. Press "Pair this browser" again.',
      });
    pairing.state = 'claimed';
    pairing.claim = { browser: newId(), publicKey, label, code: pairingCode(publicKey, ticket) };
    return pairing.claim;
  }
}
