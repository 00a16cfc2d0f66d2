import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromUtf8 } from '#shared/bytes.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { type NoteKey, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { holdFolder } from '../db/index.ts';
import { openToCommit } from '../db/durable.ts';
import { fsck, readCheckpoint } from '../fsck/index.ts';
import { type Erasure, GroupWriter, heldKeys, Lock, NO_SALT } from '../log/index.ts';
import { syncFile } from '../durable-files.ts';
import { type CheckProgress, checkBackup } from './check.ts';
import { type BackupManifest, databaseFile } from './manifest.ts';

export interface RestoreOptions {
  readonly backup: string;
  readonly folder: string;
  /** Put the backup in the place of a database that is there; that one is moved aside. */
  readonly overwrite: boolean;
  /** A checkpoint from a witness or an anchor, to make a lock from where there is none. */
  readonly checkpoint?: string | undefined;
  /** The log's key from elsewhere. */
  readonly key?: NoteKey | undefined;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Whether a server on this folder will sign. */
  readonly signs: boolean;
  /** Entries that were signed and are not in the backup, as far as the lock knows. */
  readonly lost: number;
  /** Texts that were erased again. */
  readonly erased: number;
  /** Where the database that was there went. */
  readonly aside?: string;
  /** What comes next, in order. */
  readonly next: readonly string[];
}

/**
 * Puts a backup into a data folder. Nothing is touched before the backup was checked. A lock that is there stays: it
 * knows what was signed last, and without it nobody would see that the backup is older. Throws a sentence.
 */
export async function restore(options: RestoreOptions, progress: CheckProgress): Promise<Restored> {
  const { backup, folder } = options;
  const manifest = await checkBackup(backup, options.key, progress);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = holdFolder(folder);
  try {
    const path = join(folder, databaseFile);
    if (existsSync(path) && !options.overwrite)
      throw new Error(
        `There is already a database in ${folder}. To replace it with the backup, add --overwrite; the old one is moved aside and kept.`,
      );
    await makeLock(options, manifest);
    const known = erasuresIn(path);
    const aside = moveAside(folder);
    put(join(backup, databaseFile), path);
    const policy = join(folder, 'policy.yaml');
    if (manifest.files['policy.yaml'] && !existsSync(policy)) put(join(backup, 'policy.yaml'), policy);
    const erased = afterwards(path, known);
    const { lost, sentence } = await checkRestored(folder, manifest, progress);
    const next = [...(sentence === undefined ? [] : [sentence]), ...(await missingKeys(folder))];
    return {
      manifest,
      signs: next.length === 0,
      lost,
      erased,
      ...(aside === undefined ? {} : { aside }),
      next: next.length > 0 ? next : ['Start the server.'],
    };
  } finally {
    release();
  }
}

async function makeLock(
  { folder, checkpoint, key }: RestoreOptions,
  manifest: BackupManifest,
): Promise<void> {
  const path = join(folder, 'log.lock');
  if (checkpoint === undefined) return;
  if (Lock.exists(path))
    throw new Error(`There is a lock in ${folder}, which stays. Leave out --checkpoint.`);
  const note = readFileSync(checkpoint);
  const { signed, why, origin } = await readCheckpoint(note, key ?? parseVkey(manifest.logKey));
  if (signed !== true)
    throw new Error(`${checkpoint} is no checkpoint of this log: ${why ?? `it is of ${origin}`}.`);
  Lock.create(path, fromUtf8(note));
}

/** Copies a file so that after a crash it is either absent or whole. */
function put(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  syncFile(`${to}.new`);
  renameSync(`${to}.new`, to);
  syncFile(join(to, '..'));
}

function moveAside(folder: string): string | undefined {
  const there = [databaseFile, `${databaseFile}-wal`].filter((name) => existsSync(join(folder, name)));
  rmSync(join(folder, `${databaseFile}-shm`), { force: true });
  if (there.length === 0) return undefined;
  const aside = join(folder, `before-restore-${new Date().toISOString().replace(/\W/g, '').slice(0, 15)}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of there) renameSync(join(folder, name), join(aside, name));
  syncFile(folder);
  return aside;
}

/** What a database that is about to go says was erased. Nothing where it cannot be read: that may be why it goes. */
function erasuresIn(path: string): Erasure[] {
  if (!existsSync(path)) return [];
  try {
    const db = new DatabaseSync(path, { timeout: 5000 });
    try {
      return erasures(db);
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

const erasures = (db: DatabaseSync): Erasure[] =>
  db
    .prepare(`SELECT "row" FROM state WHERE kind = 'erasure'`)
    .all()
    .map(({ row }) => JSON.parse(String(row)) as Rows['erasure'])
    .map(({ below, entries }) => (below === undefined ? { entries: entries ?? [] } : { below }));

/**
 * Erases again what was erased since the backup, and ends every sign-in: some of them ended since too. Returns how many
 * texts went.
 */
function afterwards(path: string, known: readonly Erasure[]): number {
  const db = openToCommit(path);
  try {
    const texts = db.prepare('SELECT count(*) AS n FROM details WHERE salt <> ?');
    const before = Number(texts.get(NO_SALT)?.['n']);
    db.exec('BEGIN IMMEDIATE');
    const all = [...erasures(db), ...known];
    new GroupWriter(db).write({ segments: [], tiles: [], state: [], details: [], erasures: all });
    db.exec('DELETE FROM sign_ins');
    db.exec('COMMIT');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return before - Number(texts.get(NO_SALT)?.['n']);
  } finally {
    db.close();
  }
}

/** Holds the folder against the backup and the lock, as a server will at its start. */
async function checkRestored(
  folder: string,
  { size }: BackupManifest,
  progress: CheckProgress,
): Promise<{ lost: number; sentence?: string }> {
  const { findings } = await fsck({ kind: 'data', folder }, {}, (heard) => {
    if (heard.state === 'checking') progress(heard.done, heard.of);
  });
  // Texts were held against the backup before; since then those went that a later log says were erased.
  const later = ['lock', 'key', 'detail'];
  const wrong = findings.find(({ part, state }) => !later.includes(part) && state === 'failed');
  if (wrong) throw new Error(`The restored log is damaged: ${wrong.sentence}`);
  const path = join(folder, 'log.lock');
  if (!Lock.exists(path))
    return {
      lost: 0,
      sentence:
        'There is no lock, so nobody can tell what was signed last, and a server will not sign. Take the newest checkpoint that a witness or an anchor holds and restore again with --checkpoint, or see `countersign recover --help`.',
    };
  const signed = parseCheckpoint(parseNote(await Lock.read(path)).text).size;
  if (signed > size)
    return {
      lost: signed - size,
      sentence: `${signed} entries were signed and the backup has ${size}: the last ${signed - size} are lost. A server will serve reads and sign nothing. Restore a newer backup with --overwrite, or see \`countersign recover --help\`.`,
    };
  const lock = findings.find(({ part, state }) => ['lock', 'key'].includes(part) && state === 'failed');
  return { lost: 0, ...(lock ? { sentence: lock.sentence } : {}) };
}

async function missingKeys(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (const name of ['log.key', 'lease.key'] as const) {
    const { signers, problems } = await heldKeys(folder, name);
    if (signers.length === 0)
      missing.push(
        problems[0] ?? `Put ${name} into ${folder}, readable by the server's user only; no backup has it.`,
      );
  }
  return missing;
}
