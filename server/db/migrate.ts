import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { nodeSqlite } from './dialect.ts';
import * as log from './migrations/001-log.ts';
import type { Database } from './schema.ts';

/** In order of their names, each run once. One that was released is never edited. */
const migrations: Record<string, Migration> = { '001-log': log };

/**
 * Brings the database up to date, wholly or, where that fails or a crash comes, not at all: the next start begins anew.
 * Kysely takes SQLite for one that cannot undo changes of tables, so the transaction is ours.
 */
export async function migrate(db: DatabaseSync): Promise<void> {
  try {
    db.exec('BEGIN');
    const migrator = new Migrator({
      db: new Kysely<Database>({ dialect: nodeSqlite(db) }),
      provider: { getMigrations: () => Promise.resolve(migrations) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    db.exec('COMMIT');
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The database could not be brought up to date: ${why}.`, { cause });
  }
}
