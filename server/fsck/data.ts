import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { equal, utf8 } from '#shared/bytes.ts';
import type { NoteKey } from '#shared/log/note/keys.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import type { Finding, Heard } from '#shared/log/tiles/types.ts';
import { sameHash } from '#shared/log/tiles/weigh.ts';
import { Lock, readKeyFile } from '../log/index.ts';
import type { ReadCheckpoint } from './checkpoint.ts';
import { Folded, checkFold } from './fold.ts';
import { type Checked, type Options, checkpointStep, heldStep } from './steps.ts';
import { checkPages, checkSchema } from './guards.ts';
import { Pool } from './pool.ts';
import { openToRead } from './rows.ts';
import { type Tree, checkRows, sizeOf } from './tree.ts';

/**
 * Checks a server's data folder without trusting it, beside a server that may be running: rows to leaves to tiles to
 * roots to the lock, entries to state, details to commitments. Reads one moment of the database.
 */
export async function* checkDataFolder(
  folder: string,
  { key, held }: Options,
): AsyncGenerator<Heard, Checked, void> {
  const path = join(folder, 'countersign.db');
  // Before the database is read: the lock of a server that is running may only be behind what is read after it.
  const lock = yield* lockStep(folder);
  let db: DatabaseSync | undefined;
  let pool: Pool | undefined;
  try {
    db = openToRead(path);
    db.exec('BEGIN');
    const size = sizeOf(db);
    yield* checkPages(db);
    yield* checkSchema(db);
    pool = new Pool(size);
    const kept = yield* heldStep(held, key);
    const head = lock && (yield* checkpointStep(utf8(lock), undefined, 'lock'));
    const signed = new Map([kept, head].flatMap((one) => (one ? [[one.size, one.root] as const] : [])));
    const tree = yield* checkRows(db, path, pool, signed);
    if (head) yield* againstTree(head, tree, 'lock');
    if (kept) yield* againstTree(kept, tree, 'held');
    const folded = new Folded();
    if (tree.isWhole) yield* checkFold(db, size, folded);
    else yield notFolded;
    const checkpoint = head && (yield* keyStep(folder, key, folded, lock));
    return { ...(checkpoint ? { checkpoint } : {}), entries: tree.entries, bytes: tree.bytes };
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    yield {
      state: 'failed',
      part: 'database',
      sentence: `The database cannot be read: ${error.message}. Put the newest backup in place with countersign restore.`,
    };
    return { entries: 0, bytes: 0 };
  } finally {
    await pool?.close();
    db?.close();
  }
}

const notFolded: Finding = {
  state: 'note',
  part: 'state',
  sentence: 'State and details were not checked, because the log under them cannot be read.',
};

/** What SQLite says of a file that is damaged; another error is ours. */
export const isOfSqlite = (error: unknown): error is Error =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR';

async function* lockStep(folder: string): AsyncGenerator<Finding, string | undefined, void> {
  try {
    const { note, isDamaged } = await Lock.look(join(folder, 'log.lock'));
    if (isDamaged)
      yield {
        state: 'unknown',
        part: 'lock',
        sentence:
          'One half of log.lock is damaged, as a power loss leaves it or somebody who changed it. The other half counts; ask a witness whether more was signed than it says.',
      };
    return note;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    yield {
      state: 'failed',
      part: 'lock',
      sentence:
        code === 'ENOENT'
          ? 'The lock file log.lock is missing: what was signed last cannot be told. Restore it from a backup that is as new as the database.'
          : `The lock file log.lock cannot be read: ${message}`,
    };
    return undefined;
  }
}

/** A signed head must lie on the way that the rows went. */
function* againstTree({ size, root }: ReadCheckpoint, tree: Tree, part: 'lock' | 'held'): Generator<Finding> {
  const what = part === 'lock' ? 'the lock' : 'the checkpoint that was kept';
  if (size > tree.size) {
    yield {
      state: 'failed',
      part,
      index: tree.size,
      sentence: `The database holds ${tree.size} entries and ${what} is over ${size}: the end was cut off, or an older copy restored.`,
    };
    return;
  }
  const found = tree.rootAt(size);
  if (!sameHash(found, root) && (found !== undefined || tree.isWhole))
    yield {
      state: 'failed',
      part,
      sentence: `The ${size} entries do not lead to the root in ${what}: they are not what was signed.`,
    };
}

/** Who signed the lock: the key that was given, the one in the folder, the one that the log names. They must agree. */
async function* keyStep(
  folder: string,
  given: NoteKey | undefined,
  { state }: Folded,
  lock: string,
): AsyncGenerator<Finding, ReadCheckpoint | undefined, void> {
  const row = state.get('log', 'log');
  const named = row && parseVkey(row.logKey);
  const checkpoint = yield* checkpointStep(utf8(lock), given ?? named, 'lock');
  const file = join(folder, 'log.key');
  if (named && existsSync(file)) {
    const own = ownKey(file);
    if (!own || !equal(own, named.publicKey))
      yield {
        state: 'failed',
        part: 'key',
        sentence: 'The log key in log.key is not the one that the log names. Put the right one back.',
      };
  }
  if (row && checkpoint && checkpoint.origin !== row.origin)
    yield {
      state: 'failed',
      part: 'lock',
      sentence: `The lock is of the log ${checkpoint.origin} and the entries of ${row.origin}.`,
    };
  return checkpoint;
}

function ownKey(file: string): Uint8Array | undefined {
  try {
    return readKeyFile(file).publicKey;
  } catch {
    return undefined;
  }
}
