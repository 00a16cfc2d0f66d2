import { Command } from 'commander';
import { restore, type Restored } from '../backup/index.ts';
import { readKey } from '../fsck/index.ts';
import { cannot } from './backup.ts';
import { progressTo } from './progress.ts';
import { print, printJson } from './print.ts';

interface Asked {
  overwrite?: boolean;
  checkpoint?: string;
  key?: string;
  json?: boolean;
}

/**
 * `countersign restore <backup> <folder>`; exit code 0 where a server on the folder will sign, 1 where it was restored
 * and something is left to do, 2 where it was not restored.
 */
export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Restore a backup into a data folder. Stop the server first. The backup is checked before, the folder after. An existing lock stays, so that a backup older than what was signed is detected.',
    )
    .argument('<backup>', 'the folder that `countersign backup` made')
    .argument('<folder>', 'the data folder')
    .option('--overwrite', 'replace the existing database, which is moved aside')
    .option(
      '--checkpoint <file>',
      'if the lock is missing: the newest checkpoint that a witness or an anchor holds, to recreate it. With an older one, the log would sign a second history, and every browser that saw the first would close its consoles',
    )
    .option(
      '--key <vkey>',
      "the log's key as you know it, name+id+key; default: the one that the backup names",
    )
    .option('--json', 'print JSON')
    .action(async (backup: string, folder: string, asked: Asked) => {
      process.exitCode = await run(backup, folder, asked);
    });
}

async function run(backup: string, folder: string, asked: Asked): Promise<0 | 1 | 2> {
  const { overwrite = false, checkpoint, json = false } = asked;
  try {
    const key = asked.key === undefined ? undefined : readKey(asked.key);
    const progress = progressTo(process.stderr, 'entries checked');
    const restored = await restore({ backup, folder, overwrite, checkpoint, key }, progress);
    if (json) printJson(asJson(restored));
    else for (const sentence of sentences(folder, restored)) print(sentence);
    return restored.signs ? 0 : 1;
  } catch (error) {
    return cannot(error, json);
  }
}

const asJson = ({ manifest: { origin, size, at }, ...rest }: Restored): object => ({
  ok: rest.signs,
  origin,
  size,
  at,
  ...rest,
});

function sentences(folder: string, { manifest, erased, aside, next }: Restored): string[] {
  const at = new Date(manifest.at).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `Restored ${manifest.size} entries of ${manifest.origin} to ${folder}, as they were on ${at} UTC.`,
    ...(aside === undefined ? [] : [`The previous database is in ${aside}. Remove it when you are sure.`]),
    ...(erased === 0 ? [] : [`Erased ${erased} texts again that were erased after the backup.`]),
    'Everybody has to sign in again.',
    ...next,
  ];
}
