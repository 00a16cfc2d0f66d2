import canonicalize from 'canonicalize';
import type { State } from '#shared/domain/state.ts';
import type { Entry } from '#shared/domain/entries.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { type Follow, followsOf, type Open } from './follows.ts';

/** What an entry took away and what had to come with it. */
export interface Owing {
  /** Index of the entry that took it away. */
  entry: number;
  /** Its time, ms. */
  time: number;
  follow: Follow;
}

/**
 * What the entries before demand and has not come yet. It comes at once: every entry that takes rights away is followed
 * by what that ends, before anything else.
 */
export class Owed {
  readonly #owed = new Map<string, Owing>();
  readonly #requests = new Set<string>();
  readonly #grants = new Set<string>();
  /** The entry taken in last. */
  #last = -1;
  /** Whether entries are missing since what is demanded was. */
  #gap = false;

  /** Whether exactly this entry is demanded now. */
  has(entry: Entry): boolean {
    const owing = this.#owed.get(nameOf(entry));
    return (
      owing !== undefined &&
      canonicalize(owing.follow) === canonicalize({ type: entry.type, body: entry.body })
    );
  }

  /** Takes in an entry that was folded into `state`; `policy` is the one in force in it. */
  took(entry: Entry, index: number, state: State, policy: Policy | undefined): void {
    this.#gap = !this.isEmpty && (this.#gap || index !== this.#last + 1);
    this.#last = index;
    if (this.has(entry)) this.#owed.delete(nameOf(entry));
    if (entry.type === 'request.asked') this.#requests.add(entry.body.request);
    else if (entry.type === 'request.decided' || entry.type === 'session.started')
      this.#grants.add(entry.body.grant ?? '');
    for (const follow of followsOf(entry, state, policy, (of) => this.#open(of))) {
      const subject = nameOf(follow);
      if (!this.#owed.has(subject)) this.#owed.set(subject, { entry: index, time: entry.time, follow });
    }
  }

  /**
   * What should have come before the entry at `index`, and is demanded no more; `unseen` where it may be among entries that
   * are not there. At the end, `next` is undefined.
   */
  missed(next: Entry | undefined, index: number): { owing: Owing[]; unseen: boolean } {
    if (this.isEmpty || (next && this.has(next))) return { owing: [], unseen: false };
    const owing = [...this.#owed.values()];
    this.#owed.clear();
    return { owing, unseen: this.#gap || index !== this.#last + 1 };
  }

  get isEmpty(): boolean {
    return this.#owed.size === 0;
  }

  /** Those that were seen to open and have not closed. The log may hold very many that have. */
  #open(state: State): Open {
    const rows = <K extends 'request' | 'grant'>(kind: K, ids: Set<string>, over: readonly string[]) =>
      [...ids].flatMap((id) => {
        const row = state.get(kind, id);
        if (row && !over.includes(row.status)) return [row];
        ids.delete(id);
        return [];
      });
    return {
      requests: rows('request', this.#requests, ['approved', 'denied', 'withdrawn', 'expired']),
      grants: rows('grant', this.#grants, ['ended']),
    };
  }
}

/** The request or grant that an entry ends or shortens. */
export const subjectOf = (follow: Follow): ['request' | 'grant', string] =>
  follow.type === 'request.expired' ? ['request', follow.body.request] : ['grant', follow.body.grant];

const isFollow = (entry: Entry | Follow): entry is Extract<Entry | Follow, { type: Follow['type'] }> =>
  entry.type === 'request.expired' || entry.type === 'grant.ended' || entry.type === 'grant.shortened';
const nameOf = (entry: Entry | Follow): string => (isFollow(entry) ? subjectOf(entry).join(' ') : '');

/** What should have come with an entry and did not, as the end of a sentence. */
export function sayMissed({ type, body }: Follow): string {
  switch (type) {
    case 'request.expired':
      return `it took away what request ${body.request} rests on, and that did not expire with it`;
    case 'grant.ended':
      return `it took away what grant ${body.grant} rests on, and that did not end with it`;
    case 'grant.shortened':
      return `it lowered the maximum of grant ${body.grant}, and that was not shortened with it`;
  }
}
