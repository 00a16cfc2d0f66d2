import type { Bundle } from '#shared/evidence/bundle.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { type State, must } from '#shared/domain/state.ts';
import { storyEntries } from '#shared/domain/sessions/story.ts';
import type { EntryType } from '#shared/domain/entries.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { toBase64url } from '#shared/bytes.ts';
import { Beside } from './beside.ts';
import { Comparison, type Drawn } from './drawn.ts';
import { type Means, readLog } from './log.ts';
import { type Doubt, type Reading, emptyReading } from './read.ts';
import { same } from '#shared/domain/judging.ts';
import { concluding, entriesNamed, moment } from './say.ts';
import { Seen, story } from './session.ts';
import { type ProvenTree, count } from './tree.ts';
import { witnessed } from './witnessed.ts';
import { Fault, type Pins, type Step, type Verification } from './types.ts';

/**
 * Verifies an evidence bundle: the log or part of one in it by the log's own rules, then what the bundle says of
 * itself, the states that it claims, and every text in it. `drawn` is the session as a page draws it beside the bundle.
 */
export function verifyBundle(
  bundle: Bundle,
  pins: Pins,
  { means, drawn }: { means?: Means; drawn?: Drawn } = {},
): Verification {
  const reading = emptyReading();
  return concluding(readBundle(bundle, pins, reading, means, drawn), () => holds(bundle, reading));
}

async function* readBundle(
  bundle: Bundle,
  pins: Pins,
  reading: Reading,
  means: Means | undefined,
  drawn: Drawn | undefined,
): AsyncGenerator<Step, void, void> {
  const { cut, log, made } = bundle.manifest;
  const [strange] = bundle.strange;
  if (strange !== undefined) throw new Fault('failed', `${strange} does not belong in this bundle.`);
  yield note(
    'bundle',
    `This file says it is evidence of ${log}: ${cutWords(cut)}, exported at ${moment(made)}.`,
  );
  for (const name of bundle.damaged)
    yield note(
      `damaged-${name}`,
      `${name} in it is damaged. It is there for people to read, and no result depends on it.`,
    );
  const beside = new Beside(bundle, drawn?.texts ?? []);
  const comparison = drawn && new Comparison(drawn);
  const seen = cut.kind === 'session' ? new Seen(cut.session) : undefined;
  const tree = yield* readLog(
    bundle,
    pins,
    reading,
    means,
    async (entry, index) => {
      seen?.entry(entry, index, reading);
      comparison?.entry(entry, index, reading.state);
      await beside.entry(entry, index);
    },
    (doubt) => concerns(cut, doubt, reading.state),
  );
  const complete = reading.entries === tree.size;
  if (seen) yield* story(reading, tree, seen, complete);
  else yield* subject(reading, cut, complete);
  if (comparison) yield* comparison.findings();
  await mustBeAsSaid(bundle, tree, reading);
  yield* await claims(bundle, reading);
  yield* await witnessed(bundle.cosigned(), tree, reading, pins.witnesses ?? []);
  yield* beside.findings(reading.state);
  yield* undisclosed(bundle, reading);
}

const note = (key: string, sentence: string): Step => ({ key, state: 'note', sentence });
const ok = (key: string, sentence: string): Step => ({ key, state: 'ok', sentence });

function cutWords(cut: Cut): string {
  switch (cut.kind) {
    case 'all':
      return 'everything';
    case 'session':
      return 'one session';
    case 'person':
      return 'one person';
    case 'console':
      return `the console ${cut.console}`;
    case 'period':
      return `${moment(cut.from)} to ${moment(cut.to)}`;
  }
}

/** Whether a doubt is about what the bundle is evidence of, or about the log itself, on which everything rests. */
function concerns(cut: Cut, { entry, time, places }: Doubt, state: State): boolean {
  if (!places || ofLog.some((type) => places.includes(`type:${type}`))) return true;
  switch (cut.kind) {
    case 'all':
      return true;
    case 'session': {
      const session = state.get('session', cut.session);
      if (!session) return true;
      return storyEntries(state, session).includes(entry) || places.includes(`session:${cut.session}`);
    }
    case 'person':
      return places.includes(`person:${cut.person}`);
    case 'console':
      return places.includes(`console:${cut.console}`);
    case 'period':
      return time === undefined || (time >= cut.from && time <= cut.to);
  }
}

const ofLog: readonly EntryType[] = ['genesis', 'log.recovered', 'log.key-rotated', 'detail.erased'];

/** What the manifest says of the log must be what was found. */
async function mustBeAsSaid({ manifest }: Bundle, tree: ProvenTree, reading: Reading): Promise<void> {
  const first = await tree.entry(0);
  const said: [string, unknown, unknown][] = [
    ['log', manifest.log, reading.state.get('log', 'log')?.origin],
    ['genesis', manifest.genesis, first && toBase64url(leafHash(sha256, first))],
    ['size', manifest.size, tree.size],
    ['number of entries', manifest.disclosed, reading.entries],
  ];
  for (const [what, claimed, found] of said)
    if (claimed !== found)
      throw new Fault(
        'failed',
        `The manifest gives a different ${what} (${String(claimed)}) than was found (${String(found)}).`,
      );
}

/** Whom or what a bundle is about, with the sessions in it. */
function* subject({ state }: Reading, cut: Cut, complete: boolean): Generator<Step> {
  if (cut.kind === 'person' && !state.get('person', cut.person))
    throw new Fault('failed', 'Its entries do not contain this person.');
  const handle = (id: string): string => state.get('person', id)?.handle ?? 'somebody unknown';
  const sessions = [...state.all('session')]
    .map(([, session]) => session)
    .filter(
      ({ person, console }) =>
        (cut.kind !== 'person' || person === cut.person) &&
        (cut.kind !== 'console' || console === cut.console),
    );
  const who = cut.kind === 'person' ? ` of ${handle(cut.person)}` : '';
  yield ok(
    'subject',
    `${count(sessions.length, 'session')}${who} ${sessions.length === 1 ? 'is' : 'are'} in it.`,
  );
  for (const { id, person, console, level, started, ended, actions } of sessions.slice(0, 20)) {
    const end =
      ended === undefined
        ? complete
          ? 'and still running'
          : '(its end is not included)'
        : `to ${moment(ended)}`;
    yield ok(
      `session-${id}`,
      `${handle(person)} on ${console} to ${level}, from ${moment(started)} ${end}, ${count(actions, 'action')}.`,
    );
  }
  if (sessions.length > 20) yield note('sessions', `${sessions.length - 20} more sessions are in it.`);
}

/** The rows that the bundle claims must be those that the fold gives. */
async function claims(bundle: Bundle, { state }: Reading): Promise<Step[]> {
  let rows = 0;
  for await (const { kind, id, row } of bundle.states()) {
    if (!same(state.get(kind, id), row))
      throw new Fault('failed', `The bundle gives a different state of ${kind} ${id} than its entries.`);
    rows++;
  }
  if (rows === 0) return [];
  return [
    ok(
      'states',
      `${count(rows, 'state', 'states')} of requests, grants and sessions that it claims follow${rows === 1 ? 's' : ''} from its entries.`,
    ),
  ];
}

/** What a part of a log leaves open. */
function* undisclosed({ manifest, whole }: Bundle, { tally, entries }: Reading): Generator<Step> {
  if (whole) {
    yield ok('complete', 'The bundle is complete: it contains every entry under the checkpoint.');
    return;
  }
  const hidden = manifest.size - entries;
  if (hidden === 0) yield ok('complete', 'Every entry under the checkpoint is in it.');
  else
    yield note(
      'complete',
      `${count(hidden, 'entry is', 'entries are')} not disclosed and stand${hidden === 1 ? 's' : ''} here by hash only. For there being nothing relevant among them, such as a revocation, an extension or a removed key, you have the word of whoever made the bundle. Only the whole log shows it.`,
    );
  const before = tally.gaps.reduce((sum, { missing }) => sum + missing, 0);
  if (before > 0)
    yield note(
      'gaps',
      `${count(before, 'batch', 'batches')} of browsers ${before === 1 ? 'is' : 'are'} not disclosed; so how the next one follows was not checked (${entriesNamed(tally.gaps.map(({ entry }) => entry))}).`,
    );
  if (tally.suspendedUnseen.length > 0)
    yield note(
      'suspended-unseen',
      `A browser was suspended for signing a second history, and the first is not disclosed (${entriesNamed(tally.suspendedUnseen)}).`,
    );
}

function holds(bundle: Bundle, reading: Reading): string {
  const faults = reading.doubts.filter(({ reason }) => reason !== undefined).map(({ entry }) => entry);
  const aside =
    faults.length === 0
      ? ''
      : ` Of the rest of the log, ${entriesNamed(faults)} ${faults.length === 1 ? 'does' : 'do'} not hold.`;
  return `${saysWhat(bundle, reading)}${aside}`;
}

function saysWhat({ manifest: { cut, size }, whole }: Bundle, { entries, tally, state }: Reading): string {
  const touches = count(tally.touches, 'touch', 'touches');
  if (whole)
    return `Everything checked holds: ${count(entries, 'entry', 'entries')}, ${touches}. This is the whole log.`;
  const part = `${entries} of ${count(size, 'entry', 'entries')}, ${touches}`;
  if (cut.kind !== 'session') return `Everything in this bundle holds: ${part}.`;
  const { actions } = must(state, 'session', cut.session);
  return `Everything in this bundle holds: ${count(actions, 'action')} of this session; ${part}.`;
}
