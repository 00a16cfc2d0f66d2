import { isDeepStrictEqual } from 'node:util';
import { random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { challengeOf } from '#shared/domain/signing.ts';
import {
  readStatement,
  type Statement,
  type StatementOf,
  type StatementType,
} from '#shared/domain/statements.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import type { Draft } from '#shared/wire/common.ts';
import type { Counters } from './counters.ts';
import { checkAssertion, type RelyingParty } from './webauthn.ts';

declare module '../context.ts' {
  interface Services {
    touches: Touches;
  }
}

/** How long a page may stand open before its touch, in ms. */
const draftLife = 120_000;

/** What a statement must say besides its common fields: every one compared, none taken from the signer. */
type Expected<T extends StatementType> =
  | Partial<Omit<StatementOf<T>, 'type' | 'log' | 'nonce' | 'expires' | 'head'>>
  // Every statement but a sign-in has an actor, which the compiler does not see while T is open.
  | { actor: string };

export interface VerifiedTouch<T extends StatementType> {
  statement: StatementOf<T>;
  touch: Touch;
}

/** What a touch is checked against: an enrolled key, or the one being enrolled by this very call. */
export interface SigningKey {
  id: string;
  publicKey: string;
  kind: Rows['key']['kind'];
}
/** A key on its way in, with the use counter of its registration. */
export interface NewCredential extends SigningKey {
  counter: number;
}

/** The head of the log as pages and statements name it. */
export interface Head {
  size: number;
  root: string;
}

/**
 * Statements on their way to a key and back. A draft hands out a nonce that serves for one touch within two minutes;
 * `verify` is the ceremony, top to bottom. Nonces live in memory: after a restart a page has to be reloaded.
 */
export class Touches {
  readonly #drafts = new Map<string, { expires: number; head: Head; issued: number }>();
  readonly #used = new Map<string, number>();
  #issued = 0;
  readonly #place: RelyingParty;
  readonly #counters: Counters;
  readonly #head: () => Head;
  readonly #log: () => string;
  readonly #now: () => number;

  constructor(of: {
    place: RelyingParty;
    counters: Counters;
    head: () => Head;
    log: () => string;
    now: () => number;
  }) {
    this.#place = of.place;
    this.#counters = of.counters;
    this.#head = of.head;
    this.#log = of.log;
    this.#now = of.now;
  }

  draft(): Draft {
    const now = this.#now();
    // Both are in the order in which they end, or nearly so: whoever asks for drafts does not pay for those of others.
    for (const [nonce, { expires }] of this.#drafts) {
      if (expires >= now) break;
      this.#drafts.delete(nonce);
    }
    for (const [nonce, expires] of this.#used) {
      if (expires >= now) break;
      this.#used.delete(nonce);
    }
    // A flood of drafts must not grow memory: the oldest page has to be reloaded instead.
    if (this.#drafts.size >= 100_000) this.#drafts.delete(this.#drafts.keys().next().value ?? '');
    const nonce = toBase64url(random(32));
    const expires = now + draftLife;
    const head = this.#head();
    this.#drafts.set(nonce, { expires, head, issued: ++this.#issued });
    return { log: this.#log(), nonce, expires, head, now };
  }

  /**
   * Verifies a touch over a statement of this type that says what is expected. Throws `statement_mismatch`,
   * `statement_used` (case 1), `statement_expired`, `key_unknown` (case 5), `touch_invalid` or `key_cloned`.
   */
  async verify<T extends StatementType>(
    state: State,
    type: T,
    touch: Touch,
    expected: Expected<T>,
    newKey?: NewCredential,
  ): Promise<VerifiedTouch<T>> {
    const statement = this.#read(type, touch.statement);
    if (statement.log !== this.#log()) throw new Refusal('statement_mismatch');
    for (const [field, value] of Object.entries(expected))
      if (!isDeepStrictEqual((statement as Record<string, unknown>)[field], value))
        throw new Refusal('statement_mismatch', { field });
    // Only these statements name no person yet or their own credential; all others are bound to who signs.
    const named: Statement = statement;
    if (named.type !== 'sign-in' && named.credential !== touch.credential)
      throw new Refusal('statement_mismatch', { field: 'credential' });

    const { nonce } = statement;
    if (this.#used.has(nonce)) throw new Refusal('statement_used');
    const draft = this.#drafts.get(nonce);
    if (!draft || statement.expires !== draft.expires || this.#now() > draft.expires)
      throw new Refusal('statement_expired');
    if (!isDeepStrictEqual(statement.head, draft.head))
      throw new Refusal('statement_mismatch', { field: 'head' });

    const key = newKey?.id === touch.credential ? newKey : this.#enrolled(state, touch.credential);
    if (named.type !== 'sign-in' && !newKey && state.get('key', touch.credential)?.person !== named.actor)
      throw new Refusal('key_unknown');

    // Taken before the first await, so that two copies of one touch cannot both pass.
    this.#drafts.delete(nonce);
    this.#used.set(nonce, draft.expires);
    const counter = await checkAssertion(touch, key, challengeOf(touch.statement), this.#place);
    const { issued } = draft;
    // What it counted at its registration came before the touch that follows it.
    if (newKey?.id === touch.credential)
      this.#counters.take(touch.credential, { issued: 0, counter: newKey.counter });
    // A key that may be synced counts in each place by itself, or not at all.
    if (key.kind !== 'synced') this.#counters.take(touch.credential, { issued, counter });
    return { statement, touch };
  }

  /**
   * Whose key made this touch, whatever became of it: the signature holds over the statement. Undefined where it was
   * made by no key of anybody here; a key's id alone, which is no secret, names nobody.
   */
  async madeBy(state: State, touch: Touch): Promise<Rows['key'] | undefined> {
    const key = state.get('key', touch.credential);
    if (!key) return undefined;
    try {
      await checkAssertion(touch, key, challengeOf(touch.statement), this.#place);
      return key;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  #read<T extends StatementType>(type: T, text: string): StatementOf<T> {
    let statement: Statement;
    try {
      statement = readStatement(text);
    } catch (cause) {
      throw new Refusal('statement_mismatch', { cause });
    }
    if (statement.type !== type) throw new Refusal('statement_mismatch', { field: 'type' });
    return statement as StatementOf<T>;
  }

  #enrolled(state: State, credential: string): SigningKey {
    const key = state.get('key', credential);
    if (!key || key.removed !== undefined) throw new Refusal('key_unknown');
    const person = state.get('person', key.person);
    if (!person || person.status === 'disabled') throw new Refusal('disabled');
    return key;
  }
}
