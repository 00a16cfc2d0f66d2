import type { State } from '#shared/domain/state.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { Refusal } from '#shared/errors.ts';
import { type Follow, followsOf } from '#shared/domain/rights/follows.ts';
import { judge } from '#shared/verify/judge.ts';
import { onlyCloses } from '#shared/domain/index.ts';
import { type Facts, Policies } from '#shared/domain/judging.ts';

/**
 * What the verifier would refuse, the writer refuses: the verifier's own rule for an entry runs before it is written,
 * over the state that it would be written on. So whatever changed between a handler's look and its write, the log holds.
 */
export class Gatekeeper {
  readonly #entryAt: (index: number) => Entry | undefined;
  readonly #find: (key: IndexKey) => number | undefined;
  readonly #policies = new Policies();

  /** @param entryAt an entry that is committed  @param find the newest entry under an index key */
  constructor(entryAt: (index: number) => Entry | undefined, find: (key: IndexKey) => number | undefined) {
    this.#entryAt = entryAt;
    this.#find = find;
  }

  /**
   * Throws the refusal `conflict` of an entry that does not hold, with the reason as its cause. One that only closes is
   * written all the same, so that access ends whatever is wrong: then the reason is returned.
   */
  judge(entry: Entry, index: number, state: State): string | undefined {
    try {
      judge(entry, index, this.facts(state));
      return undefined;
    } catch (cause) {
      if (onlyCloses(entry)) return cause instanceof Error ? cause.message : String(cause);
      throw new Refusal('conflict', { cause });
    }
  }

  /** What must come with an entry that left this state behind. */
  follows(entry: Entry, state: State): Follow[] {
    const { policies } = this.facts(state);
    return followsOf(entry, state, policies.get(state.get('policy', 'current')?.hash ?? ''));
  }

  /** What rules look at in this state. */
  facts(state: State): Facts {
    this.#takePolicy(state);
    return {
      state,
      whole: true,
      policies: this.#policies,
      entryAt: this.#entryAt,
      batchAt: (browser, number) => this.#find(`batch:${browser}:${number}`),
    };
  }

  /** The policy in force may be from before the server started. */
  #takePolicy(state: State): void {
    const current = state.get('policy', 'current');
    if (!current || this.#policies.has(current.hash)) return;
    const entry = this.#entryAt(current.entry);
    if (entry?.type === 'policy.loaded') this.#policies.take(entry.body.hash, entry.body.text);
  }
}
