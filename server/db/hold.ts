import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';

/** Another process has the data folder. Its sentence says what to do. */
export class FolderInUse extends Error {}

/**
 * Takes a data folder for this process, so that a second server, or a command on the host, finds out before it touches
 * anything: the lock of the log would notice only at its next swap, and stop the one that was there first. SQLite's own
 * lock on an empty file does it, because the system lets go of it when a process ends, however it ends.
 *
 * Returns how to let go. Throws FolderInUse, with a sentence, when another process has the folder, and what SQLite
 * threw when the folder cannot be used at all.
 */
export function holdFolder(folder: string): () => void {
  const file = new DatabaseSync(join(folder, 'in-use'), { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUse(`A Countersign server is running on ${folder}. Stop it first, then try again.`, {
      cause: error,
    });
  }
  return () => file.close();
}
