import { join } from 'node:path';
import { equal } from '#shared/bytes.ts';
import { decodeEnvelope } from '#shared/log/codec.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { proveConsistency, rootFromTiles } from '#shared/log/merkle/prove.ts';
import { verifyConsistency } from '#shared/log/merkle/verify.ts';
import { openCheckpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { partsOf } from '#shared/domain/succession/rules.ts';
import { sha256 } from '../sha256.ts';
import { type SignedHead, signHead } from './head.ts';
import { findKey, firstKey, heldKeys } from './key-store.ts';
import { type LogKey, type PrivateKey, logKey, verifyEd25519 } from './key.ts';
import { Lock } from './lock.ts';
import type { StoredLog } from './store.ts';
import type { LogNames } from './types.ts';

/** What a log found when it started. `stopped` says why it must not sign; then there may be no key and lock. */
export interface Found {
  readonly edge: Edge;
  /** Time of the newest entry in ms; 0 without any. */
  readonly lastTime: number;
  readonly head?: SignedHead;
  readonly key?: LogKey;
  readonly lock?: Lock;
  readonly stopped?: string;
}

const restored =
  'Nothing is signed, so that nobody is shown two histories; reading goes on. Stop the server and put the newest backup in place with countersign restore. If none has all that was signed, run countersign recover.';

/**
 * Compares the database with the lock. Database ahead: a crash came between commit and lock; prove that it extends what
 * was signed, and finish the step. Behind or different: a backup was restored; refuse to sign.
 */
export async function compareWithLock(
  folder: string,
  origin: string,
  store: StoredLog,
  names?: LogNames,
): Promise<Found> {
  const { size } = store.head();
  const lockPath = join(folder, 'log.lock');
  const isNew = size === 0 && !Lock.exists(lockPath);
  let found: Found = { edge: new Edge(sha256), lastTime: 0 };
  try {
    const edge = Edge.fromTiles(sha256, store.derive, size);
    const [newest] = store.entries(size - 1, size);
    found = { ...found, edge, lastTime: newest ? decodeEnvelope(newest).time : 0 };
    if (names) mustBeOf(origin, names.origin);
    if (!isNew && !Lock.exists(lockPath))
      throw new Error(`The lock file ${lockPath} is missing though the log has ${size} entries. ${restored}`);
    let lock = isNew ? undefined : await Lock.open(lockPath);
    if (lock) {
      found = { ...found, lock, head: unverified(lock.note) };
      mustBeOf(origin, found.head?.origin ?? '');
    }
    const key = logKey(names?.origin ?? origin, await signerOf(folder, names, isNew));
    found = { ...found, key };
    if (!lock) {
      // A crash before the lock exists: nothing was signed, the next start finds an empty log with a key and goes on.
      const { note } = await signHead({ origin, size: 0, root: edge.root() }, [key]);
      Lock.create(lockPath, note);
      lock = await Lock.open(lockPath);
      found = { ...found, lock };
    }
    const head = await opened(lock.note, key, names);
    found = { ...found, head };
    const keys = names && head.size <= names.entry ? [...(await keyBefore(folder, names)), key] : [key];
    return { ...found, head: await agree(head, edge, keys, lock, store) };
  } catch (error) {
    return { ...found, stopped: error instanceof Error ? error.message : String(error) };
  }
}

async function signerOf(folder: string, names: LogNames | undefined, isNew: boolean): Promise<PrivateKey> {
  if (names) return findKey(folder, 'log.key', parseVkey(names.logKey).publicKey);
  if (isNew) return firstKey(folder, 'log.key');
  const { signers, problems } = await heldKeys(folder, 'log.key');
  if (!signers[0])
    throw new Error(problems[0] ?? 'The log key is missing. Restore it from where it was kept.');
  return signers[0];
}

/** The key before the one that the log names, where it is at hand still: the first head with both is signed by both. */
async function keyBefore(folder: string, { origin, before }: LogNames): Promise<LogKey[]> {
  if (before?.origin !== origin) return [];
  const { signers } = await heldKeys(folder, 'log.key');
  const { publicKey } = parseVkey(before.logKey);
  const signer = signers.find((held) => equal(held.publicKey, publicKey));
  return signer ? [logKey(before.origin, signer)] : [];
}

/** The head in the lock, for showing what was signed even where it cannot be gone on from. */
function unverified(note: string): SignedHead {
  return { ...parseCheckpoint(parseNote(note).text), note };
}

/** The head in the lock, signed by the key in use or, where the log has named that one since, by the one before. */
async function opened(note: string, { key }: LogKey, names: LogNames | undefined): Promise<SignedHead> {
  const { origin, size } = unverified(note);
  if (origin !== key.name)
    throw new Error(
      `The lock holds a head of ${origin}, and the database is of ${key.name}: an older copy of it was restored. ${restored}`,
    );
  // A recovery wrote the lock before its entry, a rotation after it.
  const { before } = names ?? {};
  const isBefore = before?.origin === origin && size <= (names?.entry ?? 0);
  const signer = isBefore ? parseVkey(before.logKey) : key;
  try {
    return { ...(await openCheckpoint(note, signer, verifyEd25519)), note };
  } catch (error) {
    if (!(error instanceof NoteError) || !names) throw error;
    throw new Error(
      `The head in the lock is not signed by the key that the database names: an older copy of it was restored. ${restored}`,
      { cause: error },
    );
  }
}

/** The commonest way to another log is another address, so it has a sentence of its own. */
function mustBeOf(origin: string, held: string): void {
  if (partsOf(held).host !== partsOf(origin).host)
    throw new Error(
      `This data folder holds the log ${held}, and by COUNTERSIGN_ORIGIN it would be ${origin}. Set COUNTERSIGN_ORIGIN back, or start with an empty data folder.`,
    );
}

/** The tree of a database, by its own entries. Throws where they do not lead to what was committed with them. */
export const mustBeWhole = (store: StoredLog): { size: number; root: Uint8Array } =>
  mustAgree(Edge.fromTiles(sha256, store.derive, store.head().size), store);

function mustAgree(edge: Edge, store: StoredLog): { size: number; root: Uint8Array } {
  const { size } = edge;
  const root = edge.root();
  const { root: committed } = store.head();
  if (size > 0 && (!committed || !equal(committed, root)))
    throw new Error(
      `The database contradicts itself: its ${size} entries do not lead to the root that was committed with them; \`countersign log fsck\` names what is wrong. ${restored}`,
    );
  return { size, root };
}

async function agree(
  head: SignedHead,
  edge: Edge,
  keys: readonly LogKey[],
  lock: Lock,
  store: StoredLog,
): Promise<SignedHead> {
  const { size, root } = mustAgree(edge, store);
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
  const next = await signHead({ origin: head.origin, size, root }, keys);
  await lock.swap(next.note);
  return next;
}
