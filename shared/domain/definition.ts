import type { Context } from '#shared/verify/context.ts';
import type { EntryNamed, Name } from './entries.ts';
import type { IndexKey } from './index-keys.ts';
import type { Facts } from './judging.ts';
import type { FoldedState, State } from './state.ts';
import type { ExpectedTouch } from './touches.ts';
import type { Taken } from './rights/taken.ts';
import type { Topic } from '#shared/wire/stream.ts';
import type { Naming, Sentence } from './words.ts';

/** A commitment to free text or personal detail in an entry, and the action that it belongs to, if it is one's. */
export interface Committed {
  readonly commitment: string;
  readonly action?: { readonly session: string; readonly console: string };
}

/** What each type of entry means, in one version. A family gives each aspect for all its types, and `define` turns that over. */
export interface Definition<N extends Name> {
  /** What it does to folded state. Throws where it contradicts what came before. */
  readonly fold: (state: FoldedState, entry: EntryNamed<N>, index: number) => void;
  /** Where a search finds it: by what it says, and by state as of it or later. */
  readonly indexKeys: (entry: EntryNamed<N>, state: State) => IndexKey[];
  /** The free text and personal detail beside it that it commits to. None where left out. */
  readonly commitments?: (entry: EntryNamed<N>) => Committed[];
  /** What it changes for pages and browsers, beside the log itself; `state` is the one with the entry in it, or later. */
  readonly topics: (entry: EntryNamed<N>, state: State) => Topic[];
  /** Whose access it takes away, where it takes any: what must follow from that is in `rights/follows.ts`. */
  readonly takes?: (entry: EntryNamed<N>) => Taken;
  /** It only takes access away. Nothing keeps one from being written; one whose rule fails is an alarm. */
  readonly onlyCloses?: true;
  /** The touches in it and what each must say; `state` is what the entries before it say. */
  readonly touches: (entry: EntryNamed<N>, state: State) => ExpectedTouch[];
  /** What must hold of it by what the entries before it say, apart from signatures. Throws Contradiction. */
  readonly rule: (entry: EntryNamed<N>, index: number, facts: Facts) => void;
  /** What a verifier checks besides: what browsers and log keys signed. It counts what it checked. Throws Contradiction. */
  readonly check?: (entry: EntryNamed<N>, index: number, context: Context) => void | Promise<void>;
  /** One sentence, without detail, so that it stays true after erasure, and without clock time, which depends on a zone. */
  readonly words: (entry: EntryNamed<N>, say: Naming) => Sentence;
  /** What its type is called where people choose one. */
  readonly title: string;
}

export type Reducers<Names extends Name> = { [N in Names]: Definition<N>['fold'] };
export type IndexKeys<Names extends Name> = { [N in Names]: Definition<N>['indexKeys'] };
export type Commitments<Names extends Name> = {
  [N in Names]?: NonNullable<Definition<N>['commitments']>;
};
export type Topics<Names extends Name> = { [N in Names]: Definition<N>['topics'] };
export type Takings<Names extends Name> = { [N in Names]?: NonNullable<Definition<N>['takes']> };
export type TouchesOf<Names extends Name> = { [N in Names]: Definition<N>['touches'] };
export type Rules<Names extends Name> = { [N in Names]: Definition<N>['rule'] };
export type Checks<Names extends Name> = { [N in Names]?: NonNullable<Definition<N>['check']> };
export type Words<Names extends Name> = { [N in Names]: Definition<N>['words'] };
export type Titles<Names extends Name> = { [N in Names]: string };

/** A family's aspects, turned over: everything about one type in one place. */
export function define<Names extends Name>(of: {
  fold: Reducers<Names>;
  indexKeys: IndexKeys<Names>;
  commitments?: Commitments<Names>;
  topics: Topics<Names>;
  takes?: Takings<Names>;
  onlyClose?: readonly Names[];
  touches: TouchesOf<Names>;
  rules: Rules<Names>;
  checks?: Checks<Names>;
  words: Words<Names>;
  titles: Titles<Names>;
}): { [N in Names]: Definition<N> } {
  const one = (name: Names) => ({
    fold: of.fold[name],
    indexKeys: of.indexKeys[name],
    ...(of.commitments?.[name] ? { commitments: of.commitments[name] } : {}),
    topics: of.topics[name],
    ...(of.takes?.[name] ? { takes: of.takes[name] } : {}),
    ...(of.onlyClose?.includes(name) ? { onlyCloses: true } : {}),
    touches: of.touches[name],
    rule: of.rules[name],
    ...(of.checks?.[name] ? { check: of.checks[name] } : {}),
    words: of.words[name],
    title: of.titles[name],
  });
  const names = Object.keys(of.fold) as Names[];
  return Object.fromEntries(names.map((name) => [name, one(name)])) as { [N in Names]: Definition<N> };
}
