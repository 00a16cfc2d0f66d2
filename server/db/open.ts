import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { nodeSqlite } from './dialect.ts';
import { BUSY_TIMEOUT_MS, guard, openDurable } from './durable.ts';
import { migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { Tables } from './tables.ts';

/** The database of a data folder, open. */
export interface OpenDatabase {
  /** The file. The log's writer opens it once more, on a thread of its own: `openToCommit`. */
  readonly path: string;
  /** The tables beside the log: sign-ins, counters, cosignatures. */
  readonly tables: Tables;
  /** Their connection, for tools and tests; features ask `tables`. */
  readonly raw: DatabaseSync;
  /** A connection that can only read, for the log's own reads. It sees what was committed. */
  readonly reading: DatabaseSync;
  /** The same connection by Kysely, for everybody else. */
  readonly reader: Kysely<Database>;
  close(): Promise<void>;
}

/** Opens the database in a data folder, makes both where they are missing, and brings the tables up to date. */
export async function openDatabase(folder: string): Promise<OpenDatabase> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'countersign.db');
  const raw = openDurable(path);
  await migrate(raw);
  guard(raw, { appends: false });
  const reading = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  guard(reading, { appends: false });
  const reader = new Kysely<Database>({ dialect: nodeSqlite(reading) });
  return {
    path,
    tables: new Tables(raw),
    raw,
    reading,
    reader,
    async close() {
      await reader.destroy();
      if (reading.isOpen) reading.close(); // Kysely closes only what it used
      raw.close();
    },
  };
}
