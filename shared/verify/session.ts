import { decodeEntry, type Entry, type Rows } from '#shared/domain/entries.ts';
import { isOwn } from '#shared/domain/actions/violations.ts';
import { must } from '#shared/domain/state.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import { type StoryStep, storyEntries, storyOf } from '#shared/domain/sessions/story.ts';
import type { Entries, Reading } from './read.ts';
import { moment } from './say.ts';
import { count } from './tree.ts';
import { Fault, type Step } from './types.ts';

/** What is seen of a session's actions while its log is read: where they are, and when they were done. */
export class Seen {
  readonly id: string;
  /** Batches with actions of the session: where each is, its number, and when they were done. */
  readonly batches: { entry: number; number: number; at: number[] }[] = [];

  constructor(session: string) {
    this.id = session;
  }

  entry(entry: Entry, index: number, { state }: Pick<Reading, 'state'>): void {
    if (entry.type !== 'actions.recorded' || !isOwn(state, entry.body.browser, this.id)) return;
    const { actions } = JSON.parse(entry.body.batch.text) as Batch;
    const at = actions.flatMap((action) => (action.session === this.id ? [action.at] : []));
    if (at.length > 0) this.batches.push({ entry: index, number: entry.body.number, at });
  }
}

const ok = (key: string, sentence: string): Step => ({ key, state: 'ok', sentence });
const note = (key: string, sentence: string): Step => ({ key, state: 'note', sentence });

/**
 * What the log holds about one session, step by step, and what was done in it. Where not every entry of the log is
 * there, `complete` is false, and what a part cannot show is said.
 */
export async function* story(
  reading: Reading,
  tree: Pick<Entries, 'entry'>,
  seen: Seen,
  complete: boolean,
): AsyncGenerator<Step, void, void> {
  const { state } = reading;
  const session = state.get('session', seen.id);
  if (!session) throw new Fault('failed', 'Its entries do not contain this session.');
  const entries = new Map<number, Entry>();
  for (const index of storyEntries(state, session)) {
    const bytes = await tree.entry(index);
    if (!bytes)
      throw new Fault('failed', `Entry ${index}, which this session depends on, is missing.`, index);
    entries.set(index, decodeEntry(bytes));
  }
  const entryAt = (index: number): Entry => {
    const entry = entries.get(index);
    if (!entry) throw new Error(`entry ${index} was not read`);
    return entry;
  };
  const { facts, steps } = storyOf(state, session, entryAt);
  for (const step of steps)
    yield ok(`entry-${step.entry}`, sayStep(step, entryAt(step.entry), facts.browser));
  yield ok('actions', actionsSentence(seen, session, complete));
  if (session.ended === undefined)
    yield complete
      ? ok('ended', `It was still running, until ${moment(facts.until)} at the latest.`)
      : note(
          'ended',
          `Its end is not included. By the entries here, it may run until ${moment(facts.until)}. Whether somebody ended it earlier or extended it cannot be shown from a part of the log. Export the whole log for that.`,
        );
  yield* wholeSession(reading, session);
}

/** One step as a sentence: what was done, when, by whom, with which key. */
function sayStep({ entry, at, who, words, key, until }: StoryStep, made: Entry, browser: string): string {
  const signed =
    made.type === 'request.asked' || made.type === 'request.withdrawn'
      ? `, signed by the browser “${browser}”`
      : made.type === 'grant.ended' && made.body.end
        ? ', signed by the browser'
        : '';
  const touched = key ? `, with the key “${key.label}” (${key.kind})` : '';
  const named = made.type === 'request.decided' ? '; policy named them' : '';
  const ends = until === undefined ? '' : `, until ${moment(until)}`;
  return `${words}: ${who}, at ${moment(at)}${ends}${touched}${signed} (entry ${entry})${named}.`;
}

function actionsSentence({ batches }: Seen, session: Rows['session'], complete: boolean): string {
  const [first, last] = [batches[0], batches.at(-1)];
  if (!first || !last)
    return complete ? 'No actions were recorded in it.' : 'None of its actions are included.';
  const late = batches.flatMap(({ at }) => at).filter((at) => at > (session.ended ?? Infinity)).length;
  const inBatches = `in ${count(batches.length, 'batch', 'batches')} of this browser`;
  const [from, to] = [first.number, last.number];
  const numbers = from === to ? `number ${from}` : `between numbers ${from} and ${to}`;
  const tail = late === 0 ? '' : ` ${count(late, 'of them is', 'of them are')} later than its end.`;
  return `${count(session.actions, 'action was', 'actions were')} recorded ${inBatches}, ${numbers}, in an unbroken chain.${tail}`;
}

/** By the chain of its browser no batch of a session is missing, from before its start to what the browser named. */
function* wholeSession({ tally, state }: Reading, session: Rows['session']): Generator<Step> {
  const [start = 0] = session.entries;
  const browser = must(state, 'browser', session.browser);
  const gap = tally.gaps.find(({ browser: of, entry }) => of === browser.id && entry > start);
  if (gap)
    throw new Fault(
      'failed',
      `The session is incomplete: ${count(gap.missing, 'batch is', 'batches are')} missing before the one in entry ${gap.entry}.`,
      gap.entry,
    );
  const end = tally.ends.find(({ entry }) => session.entries.includes(entry));
  if (!end)
    yield note(
      'whole',
      `No batch is missing between its start and the last one here (number ${browser.number}). The browser did not say how many it recorded, so for there being no more you have the word of whoever made the bundle.`,
    );
  else if (browser.number < end.number)
    yield {
      key: 'whole',
      state: 'unknown',
      sentence: `At the end (entry ${end.entry}), the browser said that it had recorded batches up to ${end.number}; the bundle has ${browser.number < 0 ? 'none' : `them up to ${browser.number}`}. The rest never arrived or was left out.`,
    };
  else
    yield ok(
      'whole',
      `Every batch is included, from its start to number ${end.number}, the last one by the browser's word at the end (entry ${end.entry}).`,
    );
}
