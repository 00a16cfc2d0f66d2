import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inFolder, rate } from './measure.ts';

/** What everything is held against: rows of the same bytes by node:sqlite, as durable as the log (WAL, FULL). */
export function rawInsert(
  batch: number,
  ms: number,
  bytes: Uint8Array,
  columns: 'bytes' | 'columns',
): Promise<number> {
  return inFolder((folder) => {
    const db = new DatabaseSync(join(folder, 'raw.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec('CREATE TABLE entries ("index" INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT');
    if (columns === 'columns')
      db.exec(`ALTER TABLE entries ADD COLUMN type TEXT; ALTER TABLE entries ADD COLUMN person TEXT;
        ALTER TABLE entries ADD COLUMN console TEXT;
        CREATE INDEX by_type ON entries (type); CREATE INDEX by_person ON entries (person);
        CREATE INDEX by_console ON entries (console)`);
    const insert =
      columns === 'bytes'
        ? db.prepare('INSERT INTO entries ("index", bytes) VALUES (?, ?)')
        : db.prepare('INSERT INTO entries ("index", bytes, type, person, console) VALUES (?, ?, ?, ?, ?)');
    let index = 0;
    const done = rate(ms, () => {
      db.exec('BEGIN');
      for (let i = 0; i < batch; i += 1) {
        if (columns === 'bytes') insert.run(index, bytes);
        else insert.run(index, bytes, `type ${index % 7}`, `person ${index % 50}`, `console ${index % 10}`);
        index += 1;
      }
      db.exec('COMMIT');
      return batch;
    });
    return done.finally(() => db.close());
  });
}
