import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const pragma = (name: string): unknown =>
  Object.values(database.raw.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const attacks = [
  "UPDATE entries SET bytes = x'02'",
  'DELETE FROM entries',
  'DELETE FROM entries WHERE "index" = 0',
  `INSERT OR REPLACE INTO entries VALUES (0, x'02')`,
  `INSERT INTO entries VALUES (5, x'02')`,
  `INSERT INTO entries VALUES (0, x'02') ON CONFLICT DO UPDATE SET bytes = x'02'`,
  'UPDATE OR REPLACE entries SET "index" = 7',
  'DELETE FROM heads',
  'UPDATE heads SET size = 9',
  'INSERT OR REPLACE INTO heads VALUES (1, zeroblob(32))',
  'UPDATE tiles SET n = 4',
  'DELETE FROM tiles',
  'INSERT OR REPLACE INTO tiles VALUES (0, 0, zeroblob(8192))',
];

describe('the database', () => {
  test('is durable: WAL, synchronous=FULL, foreign keys', () => {
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
  });

  test('refuses to change the log, on our connection and for every other tool (case 59)', () => {
    const fill =
      "INSERT INTO entries VALUES (0, x'01'); INSERT INTO heads VALUES (1, zeroblob(32)); INSERT INTO tiles VALUES (0, 0, zeroblob(8192))";
    database.raw.exec(fill);
    const other = new DatabaseSync(join(folder, 'countersign.db'));
    for (const attack of attacks) {
      expect(() => database.raw.exec(attack), attack).toThrow();
      expect(() => other.exec(attack), attack).toThrow(/the log is insert-only|only added|only grow/);
    }
    expect(other.prepare('SELECT hex(bytes) AS hex FROM entries').all()).toMatchObject([{ hex: '01' }]);
    other.close();
  });

  test('does not let our own connections take the guards down', () => {
    for (const attack of [
      'DROP TRIGGER entries_no_update',
      'DROP TRIGGER heads_in_order',
      'DROP TABLE entries',
      'ALTER TABLE entries RENAME TO old',
      'ALTER TABLE tiles ADD COLUMN more TEXT',
    ])
      expect(() => database.raw.exec(attack), attack).toThrow('not authorized');
  });

  test('reads through Kysely see what was committed, as plain objects, and cannot write', async () => {
    database.raw.exec("INSERT INTO state VALUES ('person', 'a', '{}')");
    const rows = await database.reader.selectFrom('state').selectAll().execute();
    expect(rows).toStrictEqual([{ kind: 'person', id: 'a', row: '{}' }]);
    await expect(database.reader.deleteFrom('state').execute()).rejects.toThrow('readonly');
  });

  test('opens again with everything in it', async () => {
    database.raw.exec("INSERT INTO entries VALUES (0, x'01')");
    await database.close();
    database = await openDatabase(folder);
    expect(await database.reader.selectFrom('entries').select('index').execute()).toEqual([{ index: 0 }]);
  });
});
