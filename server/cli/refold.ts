import { Command } from 'commander';
import { refold } from '../fsck/index.ts';
import { dataFolder, hasDatabase } from './folder.ts';
import { cannotRun } from './fsck.ts';
import { line, print, printJson } from './print.ts';

/** `countersign log refold`: rows of state that were changed outside the log are made from it again. */
export function refoldCommand(): Command {
  return new Command('refold')
    .description(
      'Rebuild state and search index from the log after something else changed them. Stop the server first.',
    )
    .option('--data <folder>', "the server's data folder", dataFolder())
    .option('--json', 'print JSON')
    .action(async ({ data, json = false }: { data: string; json?: boolean }) => {
      process.exitCode = await run(data, json).catch((error: unknown) => cannotRun(error, json));
    });
}

async function run(data: string, json: boolean): Promise<0> {
  if (!hasDatabase(data))
    throw new Error(
      `There is no log in ${data}. Give the server's data folder with --data, or set COUNTERSIGN_DATA.`,
    );
  const { entries, mended } = await refold(data);
  if (json) printJson({ entries, mended });
  else {
    for (const { sentence } of mended) print(line(sentence));
    print(
      `Rebuilt the state from ${entries} entries. Find out who changed the database before you start the server.`,
    );
  }
  return 0;
}
