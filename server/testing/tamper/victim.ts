import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { Lock } from '../../log/lock.ts';
import { tellStory } from '../scenario.ts';

/** A data folder that a real server left behind, and what is known of it from elsewhere. */
export interface Victim {
  readonly folder: string;
  readonly vkey: string;
  /** The newest checkpoint, as every witness keeps it. */
  readonly kept: Uint8Array;
}

/** The files that mutations are about. */
const files = ['countersign.db', 'log.lock', 'log.key'];

/** Runs a real server through a whole story, fills two bundles and part of a third, and stops it. */
export async function makeVictim(): Promise<Victim> {
  const { server } = await tellStory();
  const { log } = server.services;
  const browser = await server.admin.pair();
  for (let i = 0; log.size < 600; i += 1) {
    await browser.deliver(browser.batch([{ console: 'queue', words: `Looked at queue ${i}` }]));
    await Promise.all(
      Array.from({ length: 1 + (i % 30) }, (_, n) =>
        log.run((draft) => draft.append('attempt.refused', { what: `attempt ${i} ${n}`, why: 'forbidden' })),
      ),
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-victim-'));
  const { verifierKey: vkey } = log;
  await server.stop();
  for (const file of files) cpSync(join(server.folder, file), join(folder, file));
  await server.remove();
  return { folder, vkey, kept: Buffer.from(await Lock.read(join(folder, 'log.lock'))) };
}

/** A copy to be mutated, in the place of the one before. */
export function copyOf({ folder }: Victim, into: string): void {
  rmSync(into, { recursive: true, force: true });
  cpSync(folder, into, { recursive: true });
}

/** The database without the guards that this project gives it, as whoever owns the file opens it. */
export function openBare(folder: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'countersign.db'));
  db.exec('PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON');
  return db;
}

/** Changes rows as somebody would who covers their tracks: the triggers are taken away and put back. */
export function behindTheGuards<T>(folder: string, change: (db: DatabaseSync) => T): T {
  const db = openBare(folder);
  try {
    const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER "${String(name)}"`);
    const result = change(db);
    for (const { sql } of triggers) db.exec(String(sql));
    return result;
  } finally {
    db.close();
  }
}

/** What a data folder says, as a hash of each part: rows of the log and beside it, the newest note, the key. */
export async function meaningOf(folder: string): Promise<Map<string, string>> {
  const meaning = new Map<string, string>();
  try {
    const db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true });
    try {
      meaning.set('schema', hashRows(db, 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name'));
      for (const [table, order] of tables)
        meaning.set(table, hashRows(db, `SELECT * FROM ${table} ORDER BY ${order}`));
    } finally {
      db.close();
    }
  } catch (error) {
    meaning.set('database', String(error));
  }
  meaning.set('lock', await Lock.read(join(folder, 'log.lock')).catch(String));
  meaning.set('key', readFileSync(join(folder, 'log.key'), 'utf8'));
  return meaning;
}

const tables = [
  ['segments', 'first'],
  ['tiles', 'level, n'],
  ['state', 'kind, id'],
  ['details', 'commitment'],
  ['places', 'key, entry'],
  ['indexed', 'one'],
] as const;

function hashRows(db: DatabaseSync, sql: string): string {
  const hash = createHash('sha256');
  for (const row of db.prepare(sql).iterate())
    for (const value of Object.values(row) as SQLInputValue[])
      hash.update(value instanceof Uint8Array ? value : `${typeof value} ${JSON.stringify(value)}\n`);
  return hash.digest('hex');
}
