import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';

test('case 77: a database that a newer version wrote is refused and left as it is', async () => {
  const db = new DatabaseSync(':memory:');
  await migrate(db);
  await migrate(db); // nothing to do
  db.exec(`INSERT INTO kysely_migration VALUES ('999-later', '2030-01-01T00:00:00.000Z')`);
  const before = db.prepare('SELECT name, sql FROM sqlite_schema').all();
  await expect(migrate(db)).rejects.toThrow(
    'This data folder was written by a newer version of Countersign (it knows "999-later"). Start that version, or a newer one.',
  );
  expect(db.prepare('SELECT name, sql FROM sqlite_schema').all()).toEqual(before);
});
