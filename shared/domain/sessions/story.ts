import { z } from 'zod';
import { erasedOf } from '#shared/domain/erasure/erased.ts';
import { type State, must } from '#shared/domain/state.ts';
import type { Ask } from '#shared/domain/requests/statements.ts';
import type { Entry, Rows } from '#shared/domain/entries.ts';
import { endedHow } from '#shared/domain/grants/entries.ts';
import { wordsOf } from '#shared/domain/index.ts';
import { basis, consoleId, hash, id, level, time } from '#shared/domain/primitives.ts';

/**
 * The story of a session as the log tells it. The page draws it, the verifier says it and holds what was drawn against
 * it, and an export discloses its entries; so all three tell one story. Times in ms.
 */

/** A text that an entry commits to. */
export const storyText = z.object({
  of: z.enum(['justification', 'ticket', 'address', 'reason']),
  commitment: hash,
});

/** One step, from one entry: its own words, its own person, its own key, its own texts. */
export const storyStep = z.object({
  entry: z.int(),
  at: time,
  type: z.string(),
  who: z.string(),
  words: z.string(),
  /** The key that was touched for it. */
  key: z.object({ label: z.string(), kind: z.enum(['attested', 'unattested', 'synced']) }).optional(),
  /** When the access that it gives, starts, lengthens or shortens ends. */
  until: time.optional(),
  texts: z.array(storyText),
  /** Where its texts were erased: when, by which entry, and by whom (handles; nobody where policy did). */
  erased: z.object({ at: time, entry: z.int(), by: z.array(z.string()) }).optional(),
});
export type StoryStep = z.infer<typeof storyStep>;

export const storyFacts = z.object({
  session: id,
  person: z.string(),
  console: z.object({ id: consoleId, name: z.string() }),
  level,
  browser: z.string(),
  started: time,
  until: time,
  /** Whether policy wanted nobody to decide. */
  basis,
  ended: time.optional(),
  endedHow: endedHow.optional(),
  endedBy: z.string().optional(),
  actions: z.int(),
  violations: z.int(),
});
export type StoryFacts = z.infer<typeof storyFacts>;

export interface Story {
  readonly facts: StoryFacts;
  /** In the order of the log. */
  readonly steps: readonly StoryStep[];
}

/** Indexes of the entries about a session but for its batches: its requests, those for more time, its grant. */
export function storyEntries(state: State, session: Rows['session']): number[] {
  const requests = [...state.all('request')]
    .map(([, request]) => request)
    .filter(
      (request) => request.id === session.request || [request.grant, request.extends].includes(session.grant),
    );
  const rows = [...requests, must(state, 'grant', session.grant), session];
  return [...new Set(rows.flatMap(({ entries }) => entries))].sort((a, b) => a - b);
}

/** A session's story, from what the entries up to now say. `nameOf` names consoles. Throws where one is not there. */
export function storyOf(
  state: State,
  session: Rows['session'],
  entryAt: (index: number) => Entry,
  nameOf: (console: string) => string = (console) => console,
): Story {
  const grant = must(state, 'grant', session.grant);
  const handle = (person: string): string => must(state, 'person', person).handle;
  const facts: StoryFacts = {
    session: session.id,
    person: handle(session.person),
    console: { id: session.console, name: nameOf(session.console) },
    level: session.level,
    browser: must(state, 'browser', session.browser).label,
    started: session.started,
    until: grant.until,
    basis: grant.basis,
    ...(session.ended === undefined ? {} : { ended: session.ended }),
    ...(grant.endedHow === undefined ? {} : { endedHow: grant.endedHow }),
    ...(grant.endedBy === undefined ? {} : { endedBy: handle(grant.endedBy) }),
    actions: session.actions,
    violations: session.violations,
  };
  const steps = storyEntries(state, session).map((index) => stepOf(state, index, entryAt(index), nameOf));
  return { facts, steps };
}

function stepOf(state: State, index: number, entry: Entry, nameOf: (console: string) => string): StoryStep {
  const erased = erasedOf(state, index);
  const texts = textsIn(entry);
  const touch = 'touch' in entry.body ? entry.body.touch : undefined;
  const { label = '', kind = 'unattested' } = (touch && state.get('key', touch.credential)) ?? {};
  const terms = 'terms' in entry.body ? entry.body.terms : undefined;
  const until = entry.type === 'grant.shortened' ? entry.body.until : terms?.until;
  return {
    entry: index,
    at: entry.time,
    type: entry.type,
    ...wordsOf(entry, state, nameOf),
    ...(touch ? { key: { label, kind } } : {}),
    ...(until === undefined ? {} : { until }),
    texts,
    ...(erased && texts.length > 0
      ? {
          erased: {
            at: erased.at,
            entry: erased.entry,
            by: erased.by.map((person) => must(state, 'person', person).handle),
          },
        }
      : {}),
  };
}

function textsIn({ type, body }: Entry): StoryStep['texts'] {
  if (type === 'request.asked') {
    const ask = JSON.parse(body.ask.text) as Ask;
    return (['justification', 'ticket', 'address'] as const).flatMap((of) =>
      ask[of] === '' ? [] : [{ of, commitment: ask[of] }],
    );
  }
  return 'reason' in body && body.reason !== undefined ? [{ of: 'reason', commitment: body.reason }] : [];
}
