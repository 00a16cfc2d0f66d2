import { Command } from 'commander';
import { takeBackup } from '../backup/index.ts';
import { dataFolder, hasDatabase } from './folder.ts';
import { progressTo } from './progress.ts';
import { policyPath } from './policy.ts';
import { complain, line, print, printJson } from './print.ts';

/** `countersign backup <target>`; exit code 0 where the backup is there and was checked, 2 where it could not be made. */
export function backupCommand(): Command {
  return new Command('backup')
    .description(
      'Back up the log into a new folder and check it. The server can keep running. Private keys are not included: keep a copy of log.key and lease.key elsewhere.',
    )
    .argument('<target>', 'the folder to create')
    .option('--json', 'print JSON')
    .action(async (target: string, { json = false }: { json?: boolean }) => {
      process.exitCode = await run(target, json);
    });
}

async function run(target: string, json: boolean): Promise<0 | 2> {
  const folder = dataFolder();
  try {
    if (!hasDatabase(folder))
      throw new Error(`There is no log in ${folder}. Set COUNTERSIGN_DATA to the server's data folder.`);
    const progress = {
      copying: progressTo(process.stderr, 'pages copied'),
      checking: progressTo(process.stderr, 'entries checked'),
    };
    const { origin, size, signed, at } = await takeBackup(
      { folder, policyFile: policyPath(), target },
      progress,
    );
    if (json) printJson({ ok: true, target, origin, size, signed, at });
    else
      print(
        `Backed up ${size} entries of ${origin} to ${target}, and checked them against the checkpoint over ${signed}.\nThe keys are not included. Restore it with \`countersign restore ${target} <folder>\`.`,
      );
    return 0;
  } catch (error) {
    return cannot(error, json);
  }
}

/** Why a command could not do its work: exit code 2. */
export function cannot(error: unknown, json: boolean): 2 {
  const sentence = error instanceof Error ? error.message : String(error);
  if (json) printJson({ ok: false, sentence });
  else complain(line(sentence));
  return 2;
}
