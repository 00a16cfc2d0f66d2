import { join } from 'node:path';
import { equal } from '#shared/bytes.ts';
import { decodeEnvelope } from '#shared/entries/codec.ts';
import { Edge } from '#shared/merkle/edge.ts';
import { proveConsistency, rootFromTiles } from '#shared/merkle/prove.ts';
import { verifyConsistency } from '#shared/merkle/verify.ts';
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from '#shared/note/checkpoint.ts';
import { parseNote, signNote } from '#shared/note/note.ts';
import { sha256 } from './hash.ts';
import { type LogKey, loadLogKey, verifyEd25519 } from './key.ts';
import { Lock } from './lock.ts';
import type { LogStore } from './store.ts';

/** A checkpoint that was signed and is in the lock. */
export interface Head extends Checkpoint {
  readonly note: string;
}

/** Signs the head of a tree and puts it in the lock. Only when this returned may the head leave the process. */
export async function finish(checkpoint: Checkpoint, key: LogKey, lock: Lock): Promise<Head> {
  // A crash before the swap: the entries are committed, the lock holds the head before them. The next start proves
  // that they extend it and signs the same bytes again (Ed25519 has no randomness), so nobody sees two heads.
  const note = await signNote(formatCheckpoint(checkpoint), key.key, (message) => key.sign(message));
  await lock.swap(note);
  // A crash after the swap: signed and kept, but told to nobody. The next start finds lock and database agreed.
  return { ...checkpoint, note };
}

/** What a log found when it started. `stopped` says why it must not sign; then there may be no key and lock. */
export interface Recovered {
  readonly edge: Edge;
  /** Time of the newest entry in ms; 0 without any. */
  readonly lastTime: number;
  readonly head?: Head;
  readonly key?: LogKey;
  readonly lock?: Lock;
  readonly stopped?: string;
}

const restored =
  'Nothing is signed, so that nobody is shown two histories; reading goes on. Restore the newest backup of the whole data folder, or recover under a new origin.';

/**
 * Compares the database with the lock (design, section 3). Database ahead: a crash came between commit and swap; prove
 * that it extends what was signed, and finish the step. Behind or different: a backup was restored; refuse to sign.
 */
export async function recover(folder: string, origin: string, store: LogStore): Promise<Recovered> {
  const { size } = store.head();
  const lockPath = join(folder, 'log.lock');
  const isNew = size === 0 && !Lock.exists(lockPath);
  let found: Recovered = { edge: new Edge(sha256), lastTime: 0 };
  try {
    const key = loadLogKey(join(folder, 'log.key'), origin, isNew);
    found = { ...found, key };
    const edge = Edge.fromTiles(sha256, store.derive, size);
    const [newest] = store.entries(size - 1, size);
    found = { ...found, edge, lastTime: newest ? decodeEnvelope(newest).time : 0 };
    if (isNew) {
      // A crash before the lock exists: nothing was signed, the next start finds an empty log with a key and goes on.
      const empty = formatCheckpoint({ origin, size: 0, root: edge.root() });
      Lock.create(lockPath, await signNote(empty, key.key, (message) => key.sign(message)));
    }
    if (!Lock.exists(lockPath))
      throw new Error(`The lock file ${lockPath} is missing though the log has ${size} entries. ${restored}`);
    const lock = await Lock.open(lockPath);
    found = { ...found, lock };
    mustBeOf(origin, lock.note);
    const head: Head = { ...(await openCheckpoint(lock.note, key.key, verifyEd25519)), note: lock.note };
    found = { ...found, head };
    return { ...found, head: await agree(head, edge, key, lock, store) };
  } catch (error) {
    return { ...found, stopped: error instanceof Error ? error.message : String(error) };
  }
}

/** The commonest way to another log is another address, so it has a sentence of its own. */
function mustBeOf(origin: string, note: string): void {
  const { origin: held } = parseCheckpoint(parseNote(note).text);
  if (held !== origin)
    throw new Error(
      `This data folder holds the log ${held}, and by COUNTERSIGN_ORIGIN it would be ${origin}. Set COUNTERSIGN_ORIGIN back, or start with an empty data folder.`,
    );
}

async function agree(head: Head, edge: Edge, key: LogKey, lock: Lock, store: LogStore): Promise<Head> {
  const { size } = edge;
  const root = edge.root();
  const { root: committed } = store.head();
  if (size > 0 && (!committed || !equal(committed, root)))
    throw new Error(
      `The database contradicts itself: its ${size} entries do not lead to the root that was committed with them. ${restored}`,
    );
  if (size < head.size)
    throw new Error(
      `The database holds ${size} entries, but ${head.size} were signed: an older copy of it was restored. ${restored}`,
    );
  if (size === head.size) {
    if (!equal(root, head.root))
      throw new Error(`The database holds other entries than the ${size} that were signed. ${restored}`);
    return head;
  }
  try {
    const proof = proveConsistency(sha256, store.derive, head.size, size);
    verifyConsistency(sha256, {
      from: head.size,
      to: size,
      oldRoot: head.root,
      newRoot: rootFromTiles(sha256, store.derive, size),
      proof,
    });
  } catch (cause) {
    throw new Error(`The database holds other entries than the ${head.size} that were signed. ${restored}`, {
      cause,
    });
  }
  return await finish({ origin: head.origin, size, root }, key, lock);
}
