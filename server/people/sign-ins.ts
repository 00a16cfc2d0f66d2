import { random, toBase64url } from '#shared/bytes.ts';
import type { DatabaseSync, SQLInputValue } from '../db/durable.ts';
import { tokenHash } from '../http/index.ts';

declare module '../context.ts' {
  interface Services {
    signIns: SignIns;
  }
}

/** How long a sign-in lasts, and how long it may idle, in ms. */
export const life = 12 * 3_600_000;
const idle = 2 * 3_600_000;
/** Sign-ins of one person at once; one more ends the one that was used least recently. */
const most = 20;

export interface SignIn {
  token_hash: Uint8Array;
  person: string;
  credential: string;
  /** Which browser it was made in, in words, and from which address. */
  agent: string;
  address: string;
  created: number;
  expires: number;
  last_seen: number;
}

/** Where a sign-in is made. */
export type From = Pick<SignIn, 'agent' | 'address'>;

/**
 * Sign-ins: a person's stay in the companion, outside the fold. Only the hash of the token is stored, so that whoever
 * reads the database cannot use one.
 */
export class SignIns {
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** Starts a sign-in and returns its token, for the cookie. */
  start(person: string, credential: string, from: From): string {
    const token = toBase64url(random(32));
    const now = this.#now();
    this.#db
      .prepare(
        'INSERT INTO sign_ins (token_hash, person, credential, agent, address, created, expires, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(tokenHash(token), person, credential, from.agent, from.address, now, now + life, now);
    return token;
  }

  find(hash: Uint8Array): SignIn | undefined {
    const now = this.#now();
    const row = this.#db
      .prepare('SELECT * FROM sign_ins WHERE token_hash = ? AND expires > ? AND last_seen > ?')
      .get(hash, now, now - idle) as SignIn | undefined;
    // Once a minute is enough for an idle limit of hours, and spares a write on every call.
    if (row && now - row.last_seen > 60_000) this.#see(hash, now);
    return row;
  }

  /** The sign-ins of a person that stand, the one used last first. */
  of(person: string): SignIn[] {
    const now = this.#now();
    return this.#db
      .prepare(
        'SELECT * FROM sign_ins WHERE person = ? AND expires > ? AND last_seen > ? ORDER BY last_seen DESC, created DESC',
      )
      .all(person, now, now - idle) as unknown as SignIn[];
  }

  /** On a full disk a sign-in may idle out too early; that is no reason to serve no reads. */
  #see(hash: Uint8Array, now: number): void {
    try {
      this.#db.prepare('UPDATE sign_ins SET last_seen = ? WHERE token_hash = ?').run(now, hash);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
    }
  }

  // Each of these ends what it names and returns it.

  end(hash: Uint8Array): SignIn[] {
    return this.#end('token_hash = ?', hash);
  }
  /** All of a person, or all but one. */
  endOf(person: string, but?: Uint8Array): SignIn[] {
    return this.#end('person = ? AND token_hash IS NOT ?', person, but ?? null);
  }
  /** Those that were made with this key. */
  endWith(credential: string): SignIn[] {
    return this.#end('credential = ?', credential);
  }
  /** Those whose time is over. */
  endExpired(): SignIn[] {
    const now = this.#now();
    return this.#end('expires <= ? OR last_seen <= ?', now, now - idle);
  }
  /** Those of a person beyond how many there may be. */
  endSurplus(person: string): SignIn[] {
    return this.of(person)
      .slice(most)
      .flatMap(({ token_hash }) => this.end(token_hash));
  }

  #end(where: string, ...values: SQLInputValue[]): SignIn[] {
    return this.#db
      .prepare(`DELETE FROM sign_ins WHERE ${where} RETURNING *`)
      .all(...values) as unknown as SignIn[];
  }
}
