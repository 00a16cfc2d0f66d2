import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync, backup } from 'node:sqlite';
import type { Rows } from '#shared/domain/entries.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { syncFile } from '../durable-files.ts';
import { Lock, SqliteLog } from '../log/index.ts';
import { type CheckProgress, checkBackup } from './check.ts';
import { noteBackup } from './last.ts';
import { type BackupManifest, checkpointFile, databaseFile, manifestFile, weigh } from './manifest.ts';

/** Pages that are copied at once: between two such steps the server gets its turn at the disk. */
const PAGES_PER_STEP = 512;

/**
 * Copies a data folder into a new folder `target`, beside a server that may be running, as it was at one moment. The
 * copy is checked before it gets its name, so a folder of that name is a whole backup. Throws a sentence.
 */
export async function takeBackup(
  options: { folder: string; policyFile: string; target: string },
  progress: { copying: CheckProgress; checking: CheckProgress },
): Promise<BackupManifest> {
  const { folder, policyFile } = options;
  const target = resolve(options.target);
  if (existsSync(target)) throw new Error(`${target} already exists. Give a new folder for the backup.`);
  const part = `${target}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true, mode: 0o700 });
  try {
    // The checkpoint first: what it is over was committed before it was signed, so the copy has it.
    const note = await Lock.read(join(folder, 'log.lock'));
    await copyDatabase(join(folder, databaseFile), join(part, databaseFile), progress.copying);
    await writeFile(join(part, checkpointFile), note, { mode: 0o600 });
    if (existsSync(policyFile)) await copyFile(policyFile, join(part, 'policy.yaml'));
    await writeManifest(part, note);
    const made = await checkBackup(part, undefined, progress.checking);
    syncFile(part);
    renameSync(part, target);
    syncFile(dirname(target));
    noteBackup(folder, { target, at: made.at, size: made.size });
    return made;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** SQLite's own copying, of one moment: the transaction keeps it from starting anew whenever the server writes. */
async function copyDatabase(from: string, to: string, progress: CheckProgress): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source, to, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) => progress(totalPages - remainingPages, totalPages),
    });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  // One file that needs no other beside it, and that opens from a read-only disk.
  copy.exec('PRAGMA journal_mode = DELETE');
  copy.close();
}

async function writeManifest(part: string, note: string): Promise<void> {
  const { row, size } = read(join(part, databaseFile));
  const names = [
    databaseFile,
    checkpointFile,
    ...(existsSync(join(part, 'policy.yaml')) ? ['policy.yaml'] : []),
  ];
  const files: BackupManifest['files'] = {};
  for (const name of names) {
    files[name] = await weigh(join(part, name));
    syncFile(join(part, name));
  }
  const made: BackupManifest = {
    format: 'countersign-backup/1',
    origin: row.origin,
    logKey: row.logKey,
    at: Date.now(),
    size,
    signed: parseCheckpoint(parseNote(note).text).size,
    files,
  };
  const path = join(part, manifestFile);
  await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  syncFile(path);
}

function read(database: string): { row: Rows['log']; size: number } {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const found = db.prepare(`SELECT "row" FROM state WHERE kind = 'log'`).get();
    if (!found) throw new Error('Nobody is enrolled here yet, so there is nothing to back up.');
    return { row: JSON.parse(String(found['row'])) as Rows['log'], size: new SqliteLog(db).head().size };
  } finally {
    db.close();
  }
}
