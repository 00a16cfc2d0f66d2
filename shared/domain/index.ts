import { actions } from './actions/index.ts';
import { browsers } from './browsers/index.ts';
import { dualControl } from './dual-control/index.ts';
import { erasure } from './erasure/index.ts';
import { exports } from './exports/index.ts';
import { grants } from './grants/index.ts';
import { people } from './people/index.ts';
import { policy } from './policy/index.ts';
import { refusals } from './refusals/index.ts';
import { requests } from './requests/index.ts';
import { sessions } from './sessions/index.ts';
import { succession } from './succession/index.ts';
import { templates } from './templates/index.ts';
import type { Committed, Definition } from './definition.ts';
import { type Entry, type Name, nameOf } from './entries.ts';
import type { IndexKey } from './index-keys.ts';
import type { FoldedState, State } from './state.ts';
import type { ExpectedTouch } from './touches.ts';
import type { Topic } from '#shared/wire/stream.ts';
import { type Sentence, naming } from './words.ts';

/** What every type of entry means, family by family. */
const table: { [N in Name]: Definition<N> } = {
  ...succession,
  ...policy,
  ...people,
  ...browsers,
  ...requests,
  ...sessions,
  ...grants,
  ...actions,
  ...exports,
  ...dualControl,
  ...erasure,
  ...refusals,
  ...templates,
};

export const definitionOf = (entry: Entry): Definition<Name> => table[nameOf(entry)];

/**
 * Folds one entry into the state. The server does it in the append's own transaction, the verifier does it again. Whoever
 * appended had judged the entry; what makes no sense all the same is a contradiction and throws.
 */
export const fold = (state: FoldedState, entry: Entry, index: number): void =>
  definitionOf(entry).fold(state, entry, index);

/** Where a search finds an entry, by state as of it or later: what it rests on does not go. */
export const indexKeysOf = (entry: Entry, state: State): IndexKey[] => [
  ...new Set<IndexKey>([`type:${entry.type}`, ...definitionOf(entry).indexKeys(entry, state)]),
];

/** Every touch in an entry. `state` is what the entries before it say. */
export const touchesOf = (entry: Entry, state: State): ExpectedTouch[] =>
  definitionOf(entry).touches(entry, state);

/** A log entry as one sentence. `console` names consoles; without it they go by their ids. */
export const wordsOf = (entry: Entry, state: State, console?: (id: string) => string): Sentence =>
  definitionOf(entry).words(entry, naming(state, console));

export const onlyCloses = (entry: Entry): boolean => definitionOf(entry).onlyCloses === true;

/** Everything that an entry changes for pages and browsers; `state` is the one with the entry in it, or later. */
export const topicsOf = (entry: Entry, state: State): Topic[] => [
  'log',
  ...definitionOf(entry).topics(entry, state),
];

/** The commitments to free text and personal detail in an entry. */
export const commitmentsIn = (entry: Entry): Committed[] => definitionOf(entry).commitments?.(entry) ?? [];

/** What types are called where people choose one, by type; the newest version's title. */
export const titles: ReadonlyMap<string, string> = new Map(
  Object.entries(table).map(([name, { title }]) => [name.replace(/\/\d+$/, ''), title]),
);
