import { DatabaseSync, constants } from 'node:sqlite';
import { insertOnly } from './schema.ts';

export type { DatabaseSync } from 'node:sqlite';

// Apart from Kysely, of which the thread that commits needs nothing and which takes a tenth of a second to import.

/** Changing or removing rows of the log, or what guards them, is not authorised on any connection of ours. */
export function guard(db: DatabaseSync, { appends }: { appends: boolean }): void {
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
export const BUSY_TIMEOUT_MS = 5000;

/** WAL with synchronous=FULL: when a commit returns, it is on the disk. */
export function openDurable(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY_TIMEOUT_MS });
  // A new file has pages of 8 KiB: a segment of 256 entries spans many, and half as many frames were measured to commit
  // a third faster.
  db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return db;
}

/** For commands and checks that read beside a server, or without one. */
export const openToRead = (path: string): DatabaseSync =>
  new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });

/** The connection that appends to the log: the one of the writer's thread, and no other. */
export function openToCommit(path: string): DatabaseSync {
  const db = openDurable(path);
  // Pages that an erased detail gives back are zeroed.
  db.exec('PRAGMA secure_delete = ON');
  guard(db, { appends: true });
  return db;
}
