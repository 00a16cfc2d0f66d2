import { toBase64url } from '#shared/bytes.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { type Hasher, leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 as sha256InJs } from '#shared/log/merkle/sha256.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { type Evidence, logEvidence } from './evidence.ts';
import { concluding, doubtful, findings } from './say.ts';
import { verifyEd25519 } from './keys.ts';
import { type Doubt, type Reading, emptyReading, readEntries } from './read.ts';
import { type ProvenTree, count, proveTree } from './tree.ts';
import { Fault, type Pins, type Source, type Step, type Verification } from './types.ts';

/** What a verification works with. */
export interface Means {
  /** Node's is several times as fast as ours. */
  sha256: Hasher;
}

/**
 * Verifies a whole log from its files: signature, hashes, every touch and browser signature, every policy decision.
 * The steps say in sentences what was checked; what could not be judged is said too.
 */
export function verifyLog(source: Source, pins: Pins, means?: Means): Verification {
  const reading = emptyReading();
  return concluding(readLog(logEvidence(source), pins, reading, means), () => {
    const { entries, tally } = reading;
    return `Everything checked holds: ${count(entries, 'entry', 'entries')}, ${count(tally.touches, 'touch', 'touches')}.`;
  });
}

/**
 * Verifies what is there of a log into `reading`, handing each entry to `each` once it is judged. An entry that does not
 * hold fails it where it `concerns` what is being verified. Returns the tree to read entries from again. Throws Fault
 * where nothing can be said of the rest.
 */
export async function* readLog(
  evidence: Evidence,
  pins: Pins,
  reading: Reading,
  { sha256 }: Means = { sha256: sha256InJs },
  each?: (entry: Entry, index: number) => void | Promise<void>,
  concerns: (doubt: Doubt) => boolean = () => true,
): AsyncGenerator<Step, ProvenTree, void> {
  const head = await readHead(evidence, pins);
  if (head.step) yield head.step;
  const tree = yield* proveTree(evidence, head.checkpoint, sha256);
  yield await genesisStep(tree, pins.genesis, sha256);
  yield* readEntries(tree, evidence.whole, reading, each);
  yield* doubtful(reading, concerns);
  if (head.step) mustName(reading, { origin: head.checkpoint.origin, logKey: pins.logKey });
  else yield await signedByLog(head, pins, reading);
  yield* findings(reading, evidence.whole);
  return tree;
}

/** Throws Fault unless the log, by its own entries, is of this origin and signs with this key now. */
export function mustName(
  { state }: Pick<Reading, 'state'>,
  expected: { origin: string; logKey: string | undefined },
): void {
  const { origin, logKey } = state.get('log', 'log') ?? {};
  if (origin !== expected.origin)
    throw new Fault('failed', 'The entries belong to a different log than the checkpoint.', 0);
  if (logKey !== expected.logKey)
    throw new Fault('failed', 'The entries name a different log key than the one that signed.', 0);
}

interface ReadHead {
  readonly note: Uint8Array;
  readonly checkpoint: Checkpoint;
  /** Said at once where the pinned key signed; else whose signature counts is known only when the log was read. */
  readonly step?: Step;
}

async function readHead(evidence: Evidence, { logKey }: Pins): Promise<ReadHead> {
  if (logKey !== undefined) mustBeKey(logKey);
  const note = await evidence.checkpoint();
  try {
    const checkpoint = parseCheckpoint(parseNote(note).text);
    if (logKey === undefined || !(await isSignedBy(note, logKey))) return { note, checkpoint };
    const entries = count(checkpoint.size, 'entry', 'entries');
    const sentence = `The checkpoint over ${entries} is signed by the pinned key of ${checkpoint.origin}.`;
    return { note, checkpoint, step: { key: 'checkpoint', state: 'ok', sentence } };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Fault('failed', `The checkpoint cannot be read: ${error.message}.`);
  }
}

/** A key that was copied wrongly says nothing against the log. */
function mustBeKey(pinned: string): void {
  try {
    parseVkey(pinned);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Fault('unknown', `The pinned key cannot be read: ${error.message}.`);
  }
}

async function isSignedBy(note: Uint8Array, vkey: string): Promise<boolean> {
  try {
    await openCheckpoint(note, parseVkey(vkey), verifyEd25519);
    return true;
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}

/** Whose key signed the checkpoint, where it was not the pinned one: the log itself names its keys, one after another. */
async function signedByLog(
  { note, checkpoint: { origin, size } }: ReadHead,
  { logKey, genesis }: Pins,
  { state, tally }: Reading,
): Promise<Step> {
  const current = state.get('log', 'log')?.logKey ?? '';
  mustName({ state }, { origin, logKey: current });
  const entries = count(size, 'entry', 'entries');
  if (!(await isSignedBy(note, current)) || (logKey !== undefined && !tally.logKeys.includes(logKey)))
    throw new Fault(
      'failed',
      logKey === undefined
        ? 'The checkpoint is not signed by the key that the log names.'
        : 'The checkpoint is not signed by the pinned key, nor by one that follows it in this log.',
    );
  if (logKey !== undefined)
    return {
      key: 'checkpoint',
      state: 'ok',
      sentence: `The checkpoint over ${entries} is signed by a key of ${origin} that follows the pinned one, which endorsed it.`,
    };
  return {
    key: 'checkpoint',
    state: genesis === undefined ? 'unknown' : 'ok',
    sentence:
      genesis === undefined
        ? `The checkpoint over ${entries} is signed by the key that the log itself names. Without a pinned key or genesis hash, anyone could have made it.`
        : `The checkpoint over ${entries} is signed by the key of ${origin} that the pinned genesis leads to.`,
  };
}

async function genesisStep(tree: ProvenTree, pinned: string | undefined, sha256: Hasher): Promise<Step> {
  if (tree.size === 0) throw new Fault('unknown', 'The log has no entries yet.');
  const first = await tree.entry(0);
  if (!first) throw new Fault('failed', 'Entry 0, on which everything depends, is missing.', 0);
  if (pinned === undefined)
    return {
      key: 'genesis',
      state: 'unknown',
      sentence: "Without a pinned genesis hash, who the people are is the server's word.",
    };
  if (toBase64url(leafHash(sha256, first)) !== pinned)
    throw new Fault('failed', 'Entry 0 is not the genesis that was pinned.', 0);
  return { key: 'genesis', state: 'ok', sentence: 'Entry 0 is the genesis that was pinned.' };
}
