import { random, toBase64url } from '#shared/bytes.ts';
import type { Tables } from '../db/index.ts';
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

type Deletion = ReturnType<typeof deletion>;
const deletion = (tables: Tables) => tables.query.deleteFrom('sign_ins');

/** Where a sign-in is made. */
export type From = Pick<SignIn, 'agent' | 'address'>;

/**
 * Sign-ins: a person's stay in the companion, outside the fold. Only the hash of the token is stored, so that whoever
 * reads the database cannot use one.
 */
export class SignIns {
  readonly #tables: Tables;
  readonly #now: () => number;

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  /** Starts a sign-in and returns its token, for the cookie. */
  start(person: string, credential: string, from: From): string {
    const token = toBase64url(random(32));
    const now = this.#now();
    this.#tables.run(
      this.#tables.query.insertInto('sign_ins').values({
        token_hash: tokenHash(token),
        person,
        credential,
        agent: from.agent,
        address: from.address,
        created: now,
        expires: now + life,
        last_seen: now,
      }),
    );
    return token;
  }

  find(hash: Uint8Array): SignIn | undefined {
    const now = this.#now();
    const row = this.#tables.first(this.#standing(now).where('token_hash', '=', hash));
    // Once a minute is enough for an idle limit of hours, and spares a write on every call.
    if (row && now - row.last_seen > 60_000) this.#see(hash, now);
    return row;
  }

  /** The sign-ins of a person that stand, the one used last first. */
  of(person: string): SignIn[] {
    return this.#tables.all(
      this.#standing(this.#now())
        .where('person', '=', person)
        .orderBy('last_seen', 'desc')
        .orderBy('created', 'desc'),
    );
  }

  #standing(now: number) {
    return this.#tables.query
      .selectFrom('sign_ins')
      .selectAll()
      .where('expires', '>', now)
      .where('last_seen', '>', now - idle);
  }

  /** On a full disk a sign-in may idle out too early; that is no reason to serve no reads. */
  #see(hash: Uint8Array, now: number): void {
    try {
      this.#tables.run(
        this.#tables.query.updateTable('sign_ins').set({ last_seen: now }).where('token_hash', '=', hash),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
    }
  }

  // Each of these ends what it names and returns it.

  end(hash: Uint8Array): SignIn[] {
    return this.#end((all) => all.where('token_hash', '=', hash));
  }
  /** All of a person, or all but one. */
  endOf(person: string, but?: Uint8Array): SignIn[] {
    return this.#end((all) => {
      const theirs = all.where('person', '=', person);
      return but ? theirs.where('token_hash', '<>', but) : theirs;
    });
  }
  /** Those that were made with this key. */
  endWith(credential: string): SignIn[] {
    return this.#end((all) => all.where('credential', '=', credential));
  }
  /** Those whose time is over. */
  endExpired(): SignIn[] {
    const now = this.#now();
    return this.#end((all) =>
      all.where((e) => e.or([e('expires', '<=', now), e('last_seen', '<=', now - idle)])),
    );
  }
  /** Those of a person beyond how many there may be. */
  endSurplus(person: string): SignIn[] {
    return this.of(person)
      .slice(most)
      .flatMap(({ token_hash }) => this.end(token_hash));
  }

  #end(which: (all: Deletion) => Deletion): SignIn[] {
    return this.#tables.all(which(deletion(this.#tables)).returningAll());
  }
}
