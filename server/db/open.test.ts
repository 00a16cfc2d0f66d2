import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openToCommit } from './durable.ts';
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

const fill = `INSERT INTO segments VALUES (0, 1, x'000101', zeroblob(32)); INSERT INTO tiles VALUES (0, 0, zeroblob(8192))`;

const attacks = [
  "UPDATE segments SET entries = x'000102'",
  'DELETE FROM segments',
  'DELETE FROM segments WHERE first = 0',
  `INSERT OR REPLACE INTO segments VALUES (0, 1, x'000102', NULL)`,
  `INSERT INTO segments VALUES (5, 1, x'000102', NULL)`,
  `INSERT INTO segments VALUES (0, 1, x'000102', NULL) ON CONFLICT DO UPDATE SET entries = x'000102'`,
  'UPDATE OR REPLACE segments SET first = 7',
  'UPDATE segments SET root = NULL',
  'UPDATE tiles SET n = 4',
  'DELETE FROM tiles',
  'INSERT OR REPLACE INTO tiles VALUES (0, 0, zeroblob(8192))',
];

describe('the database', () => {
  test('is durable: WAL, synchronous=FULL, foreign keys', () => {
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
  });

  test('refuses to change the log, on our connections and for every other tool (case 59)', () => {
    const committing = openToCommit(database.path);
    committing.exec(fill);
    const other = new DatabaseSync(database.path);
    for (const attack of attacks) {
      expect(() => committing.exec(attack), attack).toThrow();
      expect(() => database.raw.exec(attack), attack).toThrow();
      expect(() => other.exec(attack), attack).toThrow(/the log is insert-only|only added/);
    }
    expect(other.prepare('SELECT hex(entries) AS hex FROM segments').all()).toMatchObject([
      { hex: '000101' },
    ]);
    other.close();
    committing.close();
  });

  test('only the connection that commits may append', () => {
    expect(() => database.raw.exec(fill)).toThrow('not authorized');
  });

  test('a segment stays within one bundle and is as long as its entries', () => {
    const other = new DatabaseSync(database.path);
    for (const row of ['0, 257, zeroblob(771), NULL', "0, 0, x'', NULL", "0, 1, x'0001', NULL"])
      expect(() => other.exec(`INSERT INTO segments VALUES (${row})`), row).toThrow('CHECK');
    other.exec(`INSERT INTO segments VALUES (0, 255, zeroblob(765), NULL)`);
    expect(() => other.exec(`INSERT INTO segments VALUES (255, 2, zeroblob(6), NULL)`)).toThrow('CHECK');
    other.close();
  });

  test('does not let our own connections take the guards down', () => {
    for (const attack of [
      'DROP TRIGGER segments_no_update',
      'DROP TRIGGER segments_in_order',
      'DROP TABLE segments',
      'ALTER TABLE segments RENAME TO old',
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
    const committing = openToCommit(database.path);
    committing.exec(fill);
    committing.close();
    await database.close();
    database = await openDatabase(folder);
    expect(await database.reader.selectFrom('segments').select('first').execute()).toEqual([{ first: 0 }]);
  });
});
