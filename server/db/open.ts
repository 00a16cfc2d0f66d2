import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { nodeSqlite } from './dialect.ts';
import { BUSY, guard, openDurable } from './durable.ts';
import { migrate } from './migrate.ts';
import type { Database } from './schema.ts';

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

/** Whether SQLite said no with one of these result codes. */
const isOf = (codes: ReadonlySet<number>, error: unknown): error is Error =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  codes.has(error.errcode & 0xff);

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damage = new Set([11, 26]);

/** Whether SQLite says of a file that it is damaged, or no database at all. */
export const isDamage = (error: unknown): error is Error => isOf(damage, error);

/** Whether another connection has locked what SQLite was asked for (SQLITE_BUSY). */
export const isBusy = (error: unknown): error is Error => isOf(new Set([5]), error);

/** SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const refusing = new Set([5, 8, 10, 13, 14]);

/** The same from the system. */
const failing = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** Whether the disk, or what guards it, did not let SQLite or the system do what was right in itself. */
export const isRefusedByDisk = (error: unknown): error is Error =>
  isOf(refusing, error) || (error instanceof Error && 'code' in error && failing.has(error.code));
