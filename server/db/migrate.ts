import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';
import * as log from './migrations/001-log.ts';

/** In order of their names, each run once. One that was released is never edited. */
const migrations: Record<string, Migration> = { '001-log': log };

/** Brings the database up to date. Throws, with nothing half done in the log's tables, when one fails. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  }).migrateToLatest();
  if (error) throw new Error('the database could not be brought up to date', { cause: error });
}
