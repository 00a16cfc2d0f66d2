import { DatabaseSync } from 'node:sqlite';
import type { Finding } from '#shared/log/tiles/types.ts';
import { migrate } from '../db/index.ts';

const names = (db: DatabaseSync): Map<string, string> =>
  new Map(
    db
      .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ type, name, sql }) => [`${String(type)} ${String(name)}`, String(sql)]),
  );

let schema: Promise<Map<string, string>> | undefined;

async function freshSchema(): Promise<Map<string, string>> {
  const db = new DatabaseSync(':memory:');
  await migrate(db);
  const found = names(db);
  db.close();
  return found;
}

/** Whether SQLite finds every page of the database whole, those too that nothing of the log lies in. */
export function* checkPages(db: DatabaseSync): Generator<Finding> {
  const whole = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (whole !== 'ok')
    yield {
      state: 'failed',
      part: 'database',
      sentence: `SQLite finds the database damaged: ${String(whole).replaceAll('\n', ' ')}.`,
    };
}

/** Whether the tables and guards of the database are ours. */
export async function* checkSchema(db: DatabaseSync): AsyncGenerator<Finding> {
  const ours = await (schema ??= freshSchema());
  const found = names(db);
  for (const name of new Set([...ours.keys(), ...found.keys()]))
    if (ours.get(name) !== found.get(name))
      yield {
        state: 'failed',
        part: 'database',
        path: name,
        sentence: !found.has(name)
          ? `The database lacks its ${name}.`
          : `The ${name} in the database is not what this version of Countersign makes.`,
      };
}
