import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoteKey } from '#shared/log/note/keys.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { fsck } from '../fsck/index.ts';
import { type BackupManifest, checkpointFile, readManifest } from './manifest.ts';

export type CheckProgress = (done: number, of: number) => void;

/**
 * Checks a backup: its files are those of its manifest, its rows hash to its checkpoint, its state is what its entries
 * say. `key` is the log's key from elsewhere; without it, it is the one that the backup names. Throws a sentence.
 */
export async function checkBackup(
  backup: string,
  key: NoteKey | undefined,
  progress: CheckProgress,
): Promise<BackupManifest> {
  const found = await readManifest(backup);
  const held = await readFile(join(backup, checkpointFile));
  const source = { kind: 'data', folder: backup } as const;
  const { findings } = await fsck(source, { key: key ?? parseVkey(found.logKey), held }, (heard) => {
    if (heard.state === 'checking') progress(heard.done, heard.of);
  });
  // A backup has no lock: it carries the checkpoint instead, so that nobody takes it for the newest one.
  const wrong = findings.find(({ part, state }) => part !== 'lock' && state !== 'note');
  if (wrong) throw new Error(`The backup is damaged: ${wrong.sentence} Use another one.`);
  return found;
}
