import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, constants } from 'node:sqlite';
import { Kysely } from 'kysely';
import { nodeSqlite } from './dialect.ts';
import { migrate } from './migrate.ts';
import { type Database, insertOnly } from './schema.ts';

/** The database of a data folder, open. */
export interface OpenDatabase {
  /**
   * The one connection that writes. Only the log's writer begins transactions on it; between its groups, rows outside
   * the fold (sign-ins, counters) may be written with single statements.
   */
  readonly raw: DatabaseSync;
  /** A connection of its own that can only read, for everything else. It sees what was committed. */
  readonly reader: Kysely<Database>;
  close(): Promise<void>;
}

/** Changing or removing rows of the log, or what guards them, is not authorised on any connection of ours. */
function guard(db: DatabaseSync): void {
  const guarded = new Set<string | null>(insertOnly);
  const isGuard = (name: string | null): boolean => guarded.has(name?.split('_')[0] ?? null);
  db.setAuthorizer((action, first, second) => {
    const forbidden =
      ((action === constants.SQLITE_UPDATE || action === constants.SQLITE_DELETE) && guarded.has(first)) ||
      (action === constants.SQLITE_DROP_TABLE && guarded.has(first)) ||
      (action === constants.SQLITE_DROP_TRIGGER && isGuard(first)) ||
      (action === constants.SQLITE_ALTER_TABLE && guarded.has(second));
    return forbidden ? constants.SQLITE_DENY : constants.SQLITE_OK;
  });
}

/**
 * Opens the database in a data folder, makes both where they are missing, and brings the tables up to date.
 * WAL with synchronous=FULL: when a commit returns, it is on the disk.
 */
export async function openDatabase(folder: string): Promise<OpenDatabase> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'countersign.db');
  const raw = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  await migrate(new Kysely<Database>({ dialect: nodeSqlite(raw) }));
  guard(raw);
  const readable = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  guard(readable);
  const reader = new Kysely<Database>({ dialect: nodeSqlite(readable) });
  return {
    raw,
    reader,
    async close() {
      await reader.destroy();
      if (readable.isOpen) readable.close(); // Kysely closes only what it used
      raw.close();
    },
  };
}
