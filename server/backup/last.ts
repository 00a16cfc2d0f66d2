import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const last = z.object({ target: z.string(), at: z.int(), size: z.int() });
/** The newest backup that was taken from this folder: where it went, when (ms), how many entries it has. */
export type LastBackup = z.infer<typeof last>;

const fileIn = (folder: string): string => join(folder, 'last-backup.json');

/** Notes down that a backup was taken. Without a way to write it down the backup is as good. */
export function noteBackup(folder: string, made: LastBackup): void {
  const path = fileIn(folder);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // `doctor` will say that no backup is known.
  }
}

/** Undefined where none is known. */
export function lastBackup(folder: string): LastBackup | undefined {
  try {
    return last.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch {
    return undefined;
  }
}
