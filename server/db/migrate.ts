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
  requireKnown(db);
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

/** An older version must not write to a newer one's tables. */
function requireKnown(db: DatabaseSync): void {
  const begun = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'`).get() !== undefined;
  const names = begun ? db.prepare('SELECT name FROM kysely_migration').all() : [];
  const later = names.map(({ name }) => String(name)).find((name) => !(name in migrations));
  if (later !== undefined)
    throw new Error(
      `This data folder was written by a newer version of Countersign (it knows "${later}"). Start that version, or a newer one.`,
    );
}
