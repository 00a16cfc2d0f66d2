import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a file so that after a crash it is either as before or whole: written beside its place, synced, moved, and the
 * folder synced. One that was there before is replaced whole.
 */
export function createDurably(path: string, bytes: Uint8Array, mode: number): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  const file = openSync(beside, 'wx', mode);
  try {
    let at = 0;
    while (at < bytes.length) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(path);
}

/** Makes the names in a file's folder survive a crash. */
export const syncFolder = (path: string): void => syncFile(dirname(path));

/** Brings a file's content, or a folder's names, to the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
