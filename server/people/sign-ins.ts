import type { DatabaseSync } from 'node:sqlite';
import { random, toBase64url } from '#shared/bytes.ts';
import { tokenHash } from '../http/callers.ts';

/** How long a sign-in lasts, and how long it may idle, in ms. */
const life = 12 * 3_600_000;
const idle = 2 * 3_600_000;

export interface SignIn {
  token_hash: Uint8Array;
  person: string;
  credential: string;
}

/** How a sign-in is named to its person: no secret, and not what the cookie holds. */
export const signInId = (hash: Uint8Array): string => toBase64url(hash.subarray(0, 16));

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
  start(person: string, credential: string): string {
    const token = toBase64url(random(32));
    const now = this.#now();
    this.#db.prepare('DELETE FROM sign_ins WHERE expires < ? OR last_seen < ?').run(now, now - idle);
    this.#db
      .prepare(
        'INSERT INTO sign_ins (token_hash, person, credential, created, expires, last_seen) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(tokenHash(token), person, credential, now, now + life, now);
    return token;
  }

  find(hash: Uint8Array): SignIn | undefined {
    const now = this.#now();
    const row = this.#db
      .prepare(
        'SELECT token_hash, person, credential, last_seen FROM sign_ins WHERE token_hash = ? AND expires > ? AND last_seen > ?',
      )
      .get(hash, now, now - idle) as (SignIn & { last_seen: number }) | undefined;
    // Once a minute is enough for an idle limit of hours, and spares a write on every call.
    if (row && now - row.last_seen > 60_000) this.#see(hash, now);
    return row;
  }

  /** On a full disk a sign-in may idle out too early; that is no reason to serve no reads. */
  #see(hash: Uint8Array, now: number): void {
    try {
      this.#db.prepare('UPDATE sign_ins SET last_seen = ? WHERE token_hash = ?').run(now, hash);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
    }
  }

  end(hash: Uint8Array): void {
    this.#db.prepare('DELETE FROM sign_ins WHERE token_hash = ?').run(hash);
  }

  endAll(person: string): void {
    this.#db.prepare('DELETE FROM sign_ins WHERE person = ?').run(person);
  }
}
