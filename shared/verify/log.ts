import { toBase64url } from '#shared/bytes.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { sha256 } from '#shared/merkle/sha256.ts';
import { type Checkpoint, openCheckpoint } from '#shared/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/note/keys.ts';
import { ed25519 } from './keys.ts';
import { type Reading, emptyReading, readEntries } from './read.ts';
import { type Tree, count, readTree } from './tree.ts';
import { Fault, type Pins, type Source, type Step, type Verdict, type Verification } from './types.ts';

/**
 * Verifies a whole log from its files and the pinned key: signature, hashes, every touch and browser signature, every
 * policy decision. The steps say in sentences what was checked; what could not be judged is said too.
 */
export function verifyLog(source: Source, pins: Pins): Verification {
  const reading = emptyReading();
  return concluding(readLog(source, pins, reading), () => {
    const { entries, tally } = reading;
    return `Everything checked holds: ${count(entries.length, 'entry', 'entries')}, ${count(tally.touches, 'touch', 'touches')}.`;
  });
}

/** Verifies a log into `reading`. Throws Fault where it does not hold. */
export async function* readLog(
  source: Source,
  pins: Pins,
  reading: Reading,
): AsyncGenerator<Step, void, void> {
  const checkpoint = await open(source, pins.logKey);
  const { origin, size } = checkpoint;
  yield {
    key: 'checkpoint',
    state: 'ok',
    sentence: `The checkpoint over ${count(size, 'entry', 'entries')} is signed by the pinned key of ${origin}.`,
  };
  const tree: Tree = { entries: [], roots: [] };
  yield* readTree(source, checkpoint, tree);
  yield genesisStep(tree, pins.genesis);
  yield* readEntries(tree, { origin, logKey: pins.logKey }, reading);
  yield* findings(reading);
}

async function open(source: Source, vkey: string): Promise<Checkpoint> {
  const note = await source('checkpoint');
  try {
    return await openCheckpoint(note, parseVkey(vkey), async (publicKey, message, signature) =>
      (await ed25519(publicKey))(message, new Uint8Array(signature)),
    );
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Fault('failed', `The checkpoint is not signed by the pinned key: ${error.message}.`);
  }
}

function genesisStep({ entries }: Tree, pinned: string | undefined): Step {
  const [first] = entries;
  if (!first) throw new Fault('unknown', 'The log has no entries yet.');
  if (pinned === undefined)
    return {
      key: 'genesis',
      state: 'unknown',
      sentence: 'Without a pinned genesis hash, people are as the server introduced them.',
    };
  if (toBase64url(leafHash(sha256, first)) !== pinned)
    throw new Fault('failed', 'Entry 0 is not the genesis that was pinned.', 0);
  return { key: 'genesis', state: 'ok', sentence: 'Entry 0 is the genesis that was pinned.' };
}

/** What the reading found, in sentences. */
function* findings({ state, tally }: Reading): Generator<Step> {
  const { touches, registrations, browserSigned, batches, asked, decided, undecided } = tally;
  const ok = (key: string, sentence: string): Step => ({ key, state: 'ok', sentence });
  const unknown = (key: string, sentence: string): Step => ({ key, state: 'unknown', sentence });
  yield ok(
    'touches',
    `${every(touches, 'touch', 'touches')} is by a key that was enrolled then, over exactly these terms and this history.`,
  );
  yield ok(
    'registrations',
    `${every(registrations, 'registration')} made the very key that was enrolled. Certificates of makers were not checked.`,
  );
  if (browserSigned + batches > 0)
    yield ok(
      'browsers',
      `${count(browserSigned, 'ask, withdrawal or end', 'asks, withdrawals and ends')} and ${count(batches, 'batch', 'batches')} of actions are signed by a browser that was paired then; no batch is missing between two others.`,
    );
  if (asked + decided + undecided > 0)
    yield ok(
      'policy',
      `Policy, asked again with its logged text, gives the same answer to ${count(asked, 'request')}, ${count(decided, 'decision')} and ${count(undecided, 'start')} that nobody decided.`,
    );
  const violations = tally.violations.reduce((sum, found) => sum + found.count, 0);
  if (batches > 0)
    yield ok(
      'violations',
      violations === 0
        ? 'No action was done after its grant had ended or where the mode forbade it.'
        : `${count(violations, 'action was', 'actions were')} done after the grant had ended or where the mode forbade it (${entriesNamed(tally.violations.map(({ entry }) => entry))}).`,
    );
  if (tally.unsignedEnds.length > 0)
    yield ok(
      'unsigned',
      `Who revoked or unpaired what is the server's word, for closing takes no touch (${entriesNamed(tally.unsignedEnds)}).`,
    );
  if (tally.suspensions.length > 0)
    yield ok(
      'suspensions',
      `${count(tally.suspensions.length, 'browser was', 'browsers were')} suspended for signing two histories, as a copied profile does; the log holds both (${entriesNamed(tally.suspensions)}).`,
    );
  for (const { entry, handle } of tally.hostResets)
    yield unknown(
      `reset-${entry}`,
      `A host command reset the keys of ${handle} (entry ${entry}). That whoever enrolled after it is ${handle} is the server's word.`,
    );
  for (const { entry, browser, number } of tally.ends) {
    const last = state.get('browser', browser)?.number ?? -1;
    if (last < number)
      yield unknown(
        `outbox-${entry}`,
        `A browser said at an end (entry ${entry}) that it had recorded batches up to ${number}; the log has ${last < 0 ? 'none' : `them up to ${last}`}. The rest has not arrived.`,
      );
  }
}

const every = (n: number, one: string, many = `${one}s`): string =>
  n === 1 ? `The one ${one}` : `Every one of ${n} ${many}`;

const entriesNamed = (indexes: readonly number[]): string => {
  const shown = indexes.slice(0, 5).join(', ');
  const more = indexes.length > 5 ? ` and ${indexes.length - 5} more` : '';
  return `${indexes.length === 1 ? 'entry' : 'entries'} ${shown}${more}`;
};

/** Runs steps to their end and says the verdict; whatever is thrown becomes the last step. */
export async function* concluding(
  steps: AsyncGenerator<Step, void, void>,
  whenOk: () => string,
): Verification {
  /** The step that is under way: what is thrown takes its place. */
  let running = 'checkpoint';
  let unknown: Step | undefined;
  try {
    for await (const step of steps) {
      running = step.state === 'checking' ? step.key : 'fault';
      if (step.state === 'unknown') unknown ??= step;
      yield step;
    }
  } catch (error) {
    const fault =
      error instanceof Fault
        ? error
        : new Fault('unknown', error instanceof Error ? error.message : String(error));
    const { state, message: sentence, entry } = fault;
    yield { key: running, state, sentence };
    return { state, sentence, ...(entry === undefined ? {} : { entry }) } satisfies Verdict;
  }
  return unknown ? { state: 'unknown', sentence: unknown.sentence } : { state: 'ok', sentence: whenOk() };
}
