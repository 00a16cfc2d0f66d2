import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from './open.ts';

let folder: string;
let database: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-db-'));
  database = await openDatabase(folder);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const seen = () => database.tables.all(database.tables.query.selectFrom('last_seen').selectAll());
const see = (who: string, at: number): number =>
  database.tables.run(database.tables.query.insertInto('last_seen').values({ who, at }));

test('statements run at once and say how many rows changed; rows are plain objects', () => {
  const { tables } = database;
  expect(see('a', 1)).toBe(1);
  expect(see('b', 2)).toBe(1);
  expect(seen()).toStrictEqual([
    { who: 'a', at: 1 },
    { who: 'b', at: 2 },
  ]);
  expect(tables.run(tables.query.deleteFrom('last_seen').where('at', '>', 5))).toBe(0);
  const first = tables.query.selectFrom('last_seen').select('at').where('who', '=', 'b');
  expect(tables.first(first)).toStrictEqual({ at: 2 });
  expect(tables.first(first.where('at', '>', 5))).toBeUndefined();
});

test('what is written together is kept whole or not at all', () => {
  expect(() =>
    database.tables.together(() => {
      see('a', 1);
      throw new Error('on the way');
    }),
  ).toThrow('on the way');
  expect(seen()).toEqual([]);
  database.tables.together(() => void see('a', 1));
  expect(seen()).toHaveLength(1);
});

test('the log is not among what they may change', () => {
  const { tables } = database;
  expect(() => tables.run(tables.query.deleteFrom('segments'))).toThrow('not authorized');
});
