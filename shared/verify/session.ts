import { decodeEntry } from '#shared/entries/codec.ts';
import { must } from '#shared/entries/fold.ts';
import type { Batch } from '#shared/entries/signed.ts';
import type { Entry, Rows } from '#shared/entries/types.ts';
import { endedWords } from '#shared/entries/words.ts';
import { sayDuration } from '#shared/policy/duration.ts';
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

  readonly entry = (entry: Entry, index: number): void => {
    if (entry.type !== 'actions.recorded') return;
    const { actions } = JSON.parse(entry.body.batch.text) as Batch;
    const at = actions.flatMap((action) => (action.session === this.id ? [action.at] : []));
    if (at.length > 0) this.batches.push({ entry: index, number: entry.body.number, at });
  };
}

/**
 * What the log holds about one session: who asked, who approved with which key, who started it where, what was done,
 * how it ended.
 */
export async function* story(
  { state }: Pick<Reading, 'state'>,
  tree: Pick<Entries, 'entry'>,
  seen: Seen,
): AsyncGenerator<Step, void, void> {
  const session = state.get('session', seen.id);
  if (!session) throw new Fault('failed', 'Its entries know no such session.');
  const request = must(state, 'request', session.request);
  const grant = must(state, 'grant', session.grant);
  const person = must(state, 'person', session.person);
  const browser = must(state, 'browser', session.browser);
  const inLog = [...new Set([...request.entries, ...grant.entries, ...session.entries])].sort(
    (a, b) => a - b,
  );
  const entries = new Map<number, Entry>();
  for (const index of inLog) {
    const bytes = await tree.entry(index);
    if (!bytes)
      throw new Fault('failed', `Entry ${index}, which this session rests on, is not there.`, index);
    entries.set(index, decodeEntry(bytes));
  }
  const ok = (key: string, sentence: string): Step => ({ key, state: 'ok', sentence });
  const keyOf = (credential: string): string => {
    const { label, kind } = must(state, 'key', credential);
    return `the key “${label}” (${kind})`;
  };

  yield ok(
    'asked',
    `${person.handle} asked at ${moment(request.asked)} to ${request.level} ${request.console} for ${sayDuration(request.seconds)}, signed by the browser “${browser.label}” (entry ${request.entries[0]}).`,
  );
  if (grant.undecided)
    yield ok('decided', `Nobody decided: policy lets ${person.handle} open it with their own touch.`);
  const firstStart = inLog.find((index) => entries.get(index)?.type === 'session.started');
  for (const index of inLog) {
    const entry = entries.get(index);
    if (entry?.type === 'request.decided' && entry.body.terms) {
      const { approver, terms, touch } = entry.body;
      yield ok(
        `entry-${index}`,
        `${approver.handle} approved ${terms.level} of ${terms.console} until ${moment(terms.until)} with ${keyOf(touch.credential)} (entry ${index}); policy named them.`,
      );
    }
    if (entry?.type === 'session.started')
      yield ok(
        `entry-${index}`,
        `${person.handle} ${index === firstStart ? 'started it' : 'lengthened it'} until ${moment(entry.body.terms.until)} with ${keyOf(entry.body.touch.credential)}, for that browser and no other (entry ${index}).`,
      );
  }
  yield ok('actions', actionsSentence(seen, session));
  const endedBy = grant.endedBy === undefined ? undefined : must(state, 'person', grant.endedBy).handle;
  yield ok('ended', endSentence(entries, session.console, grant, { person: person.handle, endedBy }));
}

function actionsSentence({ batches }: Seen, session: Rows['session']): string {
  const [first, last] = [batches[0], batches.at(-1)];
  if (!first || !last) return 'No action was recorded in it.';
  const late = batches.flatMap(({ at }) => at).filter((at) => at > (session.ended ?? Infinity)).length;
  const inBatches = `in ${count(batches.length, 'batch', 'batches')} of this browser`;
  const [from, to] = [first.number, last.number];
  const numbers = from === to ? `number ${from}` : `between numbers ${from} and ${to}`;
  const tail = late === 0 ? '' : ` ${count(late, 'of them is', 'of them are')} later than its end.`;
  return `${count(session.actions, 'action was', 'actions were')} recorded ${inBatches}, ${numbers}, in a chain without a gap.${tail}`;
}

function endSentence(
  entries: ReadonlyMap<number, Entry>,
  console: string,
  { until, endedHow, endedAt, entries: ofGrant }: Rows['grant'],
  names: { person: string; endedBy: string | undefined },
): string {
  if (endedHow === undefined || endedAt === undefined)
    return `It was still running, until ${moment(until)} at the latest.`;
  // A recovery of the log is an end too.
  const index = ofGrant.at(-1) ?? 0;
  const end = entries.get(index);
  const words = endedWords(endedHow, console, names.person);
  const by = names.endedBy === undefined ? '' : ` by ${names.endedBy}`;
  const signed = end?.type === 'grant.ended' && end.body.end ? ', signed by the browser' : '';
  return `${words}: at ${moment(endedAt)}${by}${signed} (entry ${index}).`;
}
