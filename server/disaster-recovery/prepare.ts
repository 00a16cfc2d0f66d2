import { join } from 'node:path';
import { equal, toBase64url } from '#shared/bytes.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { noteKey, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { partsOf } from '#shared/domain/succession/rules.ts';
import { holdFolder, type OpenDatabase, openDatabase } from '../db/index.ts';
import {
  heldKeys,
  Lock,
  Log,
  logKey,
  SqliteLog,
  makeNextKey,
  mustBeWhole,
  type Proposal,
  removeProposal,
  verifyEd25519,
  writeProposal,
} from '../log/index.ts';

/** What a recovery would do, before anything is written. */
export interface Lost {
  /** Why the log is not signed now. */
  reason: string;
  origin: string;
  next: string;
  restored: { size: number; root: string };
  lost: { size: number; root: string; note: string };
  /** Whether the lost head is signed by a key that was at hand. */
  known: boolean;
  webOrigin: string;
}

/**
 * Prepares a recovery on the server's own host: finds out what is lost, has `confirm` agree to it, makes new keys and
 * leaves the proposal for two administrators to touch. The server must not be running. `checkpoint` is a signed head
 * from a witness or an anchor, for when the lock is lost too. Throws an Error with a sentence where it cannot be done.
 */
export async function prepareRecovery(
  folder: string,
  checkpoint: string | undefined,
  confirm: (lost: Lost) => Promise<void>,
): Promise<{ lost: Lost; proposal: Proposal }> {
  const release = holdFolder(folder);
  try {
    const database = await openDatabase(folder);
    try {
      const { lost, row } = await findLost(folder, database, checkpoint);
      await confirm(lost);
      // A crash from here on: none waits, for the keys of an earlier one are destroyed next. This is run again.
      removeProposal(folder);
      const used = [parseVkey(row.logKey).publicKey];
      const signer = await makeNextKey(folder, 'log.key', 'recovered', used);
      const lease = await makeNextKey(folder, 'lease.key', 'recovered', []);
      const proposal: Proposal = {
        made: Date.now(),
        origin: lost.next,
        lost: lost.lost,
        restored: lost.restored,
        logKey: logKey(lost.next, signer).vkey,
        leaseKey: toBase64url(lease.publicKey),
        touches: [],
      };
      writeProposal(folder, proposal);
      return { lost, proposal };
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}

async function findLost(
  folder: string,
  database: OpenDatabase,
  checkpoint: string | undefined,
): Promise<{ lost: Lost; row: Rows['log'] }> {
  const store = new SqliteLog(database.reading);
  const row = rowOf(store);
  const reason = await whyNotSigned(folder, database, row.origin);
  mustHaveTwo(store);
  const { size, root } = mustBeWhole(store);
  const restored = { size, root: toBase64url(root) };

  const heads = [
    ...(await inLock(folder)),
    ...(checkpoint === undefined ? [] : [{ note: checkpoint, ...readNote(checkpoint) }]),
  ];
  for (const { origin } of heads)
    if (partsOf(origin).host !== partsOf(row.origin).host)
      throw new Error(`That checkpoint is of ${origin}, and this data folder holds ${row.origin}.`);
  const best = heads.toSorted((a, b) => b.size - a.size)[0];
  const numbers = [row.origin, ...heads.map(({ origin }) => origin)].map((origin) => partsOf(origin).number);
  const next = `${partsOf(row.origin).host}/${Math.max(...numbers) + 1}`;
  const common = { reason, origin: row.origin, next, restored, webOrigin: row.webOrigin };
  if (!best || best.size < size) {
    return { lost: { ...common, lost: { ...restored, note: '' }, known: true }, row };
  }
  if (best.size === size && !equal(best.root, root))
    throw new Error(
      `The database holds other entries than the ${size} that were signed. It is no older copy but another history: restore a backup from before somebody changed it, then run this again.`,
    );
  const lost = { size: best.size, root: toBase64url(best.root), note: best.note };
  const known = await isSigned(folder, best.note, best.origin, row.logKey);
  if (!known && checkpoint === best.note)
    throw new Error('That checkpoint is not signed by the key of this log. Take one from a witness of it.');
  return { lost: { ...common, lost, known }, row };
}

function rowOf(store: SqliteLog): Rows['log'] {
  for (const { kind, row } of store.state()) if (kind === 'log') return row as Rows['log'];
  throw new Error(
    'Nobody is enrolled in this database, so there is nobody to recover it. Restore a backup, or start with an empty data folder.',
  );
}

/** Two administrators of the restored database have to touch. */
function mustHaveTwo(store: SqliteLog): void {
  let active = 0;
  for (const { kind, row } of store.state()) {
    if (kind !== 'person') continue;
    const { status, roles } = row as Rows['person'];
    if (status === 'active' && roles.includes('administrator')) active += 1;
  }
  if (active < 2)
    throw new Error(
      `Two administrators have to touch a recovery, and this database has ${active === 0 ? 'none' : 'only one'}. Restore a newer backup, or start a new log in an empty data folder and keep this one as it is.`,
    );
}

/** Opens the log as the server does. Throws where it is in order: there is nothing to recover then. */
async function whyNotSigned(folder: string, database: OpenDatabase, origin: string): Promise<string> {
  const log = await Log.open({ folder, origin, database, report: () => undefined });
  try {
    if (log.health.ok)
      throw new Error('The log is in order, so there is nothing to recover. Start the server.');
    return log.health.reason;
  } finally {
    await log.close();
  }
}

const readNote = (note: string): Checkpoint => parseCheckpoint(parseNote(note).text);

async function inLock(folder: string): Promise<(Checkpoint & { note: string })[]> {
  const path = join(folder, 'log.lock');
  if (!Lock.exists(path)) return [];
  try {
    const lock = await Lock.open(path);
    try {
      return [{ note: lock.note, ...readNote(lock.note) }];
    } finally {
      await lock.close();
    }
  } catch {
    return []; // Both slots are spoiled: nobody knows by it what was signed.
  }
}

/** By the key that the database names, or by one that this host holds. */
async function isSigned(folder: string, note: string, origin: string, vkey: string): Promise<boolean> {
  const { signers } = await heldKeys(folder, 'log.key');
  const keys = [parseVkey(vkey), ...signers.map(({ publicKey }) => noteKey(origin, publicKey))];
  for (const key of keys)
    if (
      await openCheckpoint(note, key, verifyEd25519).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}
