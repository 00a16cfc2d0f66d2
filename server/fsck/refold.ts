import { indexKeysOf } from '#shared/domain/index.ts';
import type { Finding } from '#shared/log/tiles/types.ts';
import { holdFolder, openDatabase } from '../db/index.ts';
import { keyOf, SqliteLog } from '../log/index.ts';
import { Folded, compareState } from './fold.ts';
import { fsck } from './fsck.ts';

/** Parts that are made from the log, and that this makes anew. */
const derived = new Set<Finding['part']>(['state', 'index', 'detail']);

export interface Refolded {
  readonly entries: number;
  /** The rows that were not what the log says. */
  readonly mended: readonly Finding[];
}

/**
 * Rebuilds the rows of state and the search index from the log, in one transaction. The server must not be running.
 * Throws a sentence where the log itself does not hold: rows must not be made from entries that nobody signed.
 */
export async function refold(folder: string): Promise<Refolded> {
  const release = holdFolder(folder);
  try {
    const { findings } = await fsck({ kind: 'data', folder }, {}, () => undefined);
    // Half a lock is mended by the server's next write, which may wait for just these rows.
    const worse = findings.find(
      ({ state, part }) =>
        (state === 'failed' || (state === 'unknown' && part !== 'lock')) && !derived.has(part),
    );
    if (worse)
      throw new Error(`${worse.sentence} The log itself is not right, so nothing was rebuilt from it.`);
    const database = await openDatabase(folder);
    try {
      return rebuild(database.raw);
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}

function rebuild(db: Awaited<ReturnType<typeof openDatabase>>['raw']): Refolded {
  const store = new SqliteLog(db);
  const { size } = store.head();
  const folded = new Folded();
  db.exec('BEGIN IMMEDIATE; DELETE FROM places');
  try {
    const add = db.prepare('INSERT OR IGNORE INTO places (key, entry) VALUES (?, ?)');
    while (folded.size < size)
      for (const bytes of store.entries(folded.size, Math.min(folded.size + 256, size))) {
        const index = folded.size;
        const entry = folded.take(bytes);
        if (!entry) throw new Error(folded.broken?.sentence);
        for (const name of indexKeysOf(entry, folded.state)) add.run(keyOf(name), index);
      }
    const mended = [...compareState(db, folded.state)];
    db.exec('DELETE FROM state');
    const put = db.prepare('INSERT INTO state (kind, id, "row") VALUES (?, ?, ?)');
    for (const { kind, id, row } of folded.state.rows()) put.run(kind, id, JSON.stringify(row));
    db.prepare('UPDATE indexed SET size = ?').run(size);
    db.exec('COMMIT');
    return { entries: size, mended };
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
