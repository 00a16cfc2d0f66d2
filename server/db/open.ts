import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, constants } from 'node:sqlite';
import { Kysely } from 'kysely';
import { nodeSqlite } from './dialect.ts';
import { migrate } from './migrate.ts';
import { type Database, insertOnly } from './schema.ts';

/** The database of a data folder, open. */
export interface OpenDatabase {
  /** The file. The log's writer opens it once more, on a thread of its own: `openToCommit`. */
  readonly path: string;
  /** A connection for rows outside the log and the fold (sign-ins, counters): single statements, no transactions. */
  readonly raw: DatabaseSync;
  /** A connection that can only read, for the log's own reads. It sees what was committed. */
  readonly reading: DatabaseSync;
  /** The same connection by Kysely, for everybody else. */
  readonly reader: Kysely<Database>;
  close(): Promise<void>;
}

/** Changing or removing rows of the log, or what guards them, is not authorised on any connection of ours. */
function guard(db: DatabaseSync, { appends }: { appends: boolean }): void {
  const guarded = new Set<string | null>(insertOnly);
  const isGuard = (name: string | null): boolean => guarded.has(name?.split('_')[0] ?? null);
  db.setAuthorizer((action, first, second) => {
    const forbidden =
      ((action === constants.SQLITE_UPDATE || action === constants.SQLITE_DELETE) && guarded.has(first)) ||
      (action === constants.SQLITE_INSERT && guarded.has(first) && !appends) ||
      (action === constants.SQLITE_DROP_TABLE && guarded.has(first)) ||
      (action === constants.SQLITE_DROP_TRIGGER && isGuard(first)) ||
      (action === constants.SQLITE_ALTER_TABLE && guarded.has(second));
    return forbidden ? constants.SQLITE_DENY : constants.SQLITE_OK;
  });
}

/** How long a connection waits for another one that holds the database, in ms. */
export const BUSY = 5000;

/** WAL with synchronous=FULL: when a commit returns, it is on the disk. */
function openDurable(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY });
  // A new file has pages of 8 KiB: a segment of 256 entries spans many, and half as many frames were measured to commit
  // a third faster.
  db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return db;
}

/** The connection that appends to the log: the one of the writer's thread, and no other. */
export function openToCommit(path: string): DatabaseSync {
  const db = openDurable(path);
  // Pages that an erased detail gives back are zeroed.
  db.exec('PRAGMA secure_delete = ON');
  guard(db, { appends: true });
  return db;
}

/** Opens the database in a data folder, makes both where they are missing, and brings the tables up to date. */
export async function openDatabase(folder: string): Promise<OpenDatabase> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'countersign.db');
  const raw = openDurable(path);
  await migrate(raw);
  guard(raw, { appends: false });
  const reading = new DatabaseSync(path, { readOnly: true, timeout: BUSY });
  guard(reading, { appends: false });
  const reader = new Kysely<Database>({ dialect: nodeSqlite(reading) });
  return {
    path,
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

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damage = new Set([11, 26]);

/** Whether SQLite says of a file that it is damaged, or no database at all. */
export const isDamage = (error: unknown): error is Error =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  damage.has(error.errcode & 0xff);
