import { join } from 'node:path';
import { Command } from 'commander';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { openToRead } from '../fsck/index.ts';
import { exportLog, Lock, SqliteLog } from '../log/index.ts';
import { dataFolder, hasDatabase } from './folder.ts';
import { cannotRun } from './fsck.ts';
import { progressTo } from './progress.ts';
import { print, printJson } from './print.ts';

/** `countersign log export <folder>`; exit code 2 where it cannot. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Export the log as files in the C2SP tlog-tiles layout. The server can keep running. Into the same folder again, it adds what is new.',
    )
    .argument('<folder>', 'where to write the checkpoint and tiles')
    .option('--data <folder>', "the server's data folder", dataFolder())
    .option('--json', 'print JSON')
    .action(async (folder: string, { data, json = false }: { data: string; json?: boolean }) => {
      process.exitCode = await run(folder, data, json).catch((error: unknown) => cannotRun(error, json));
    });
}

async function run(folder: string, data: string, json: boolean): Promise<0> {
  if (!hasDatabase(data))
    throw new Error(
      `There is no log in ${data}. Give the server's data folder with --data, or set COUNTERSIGN_DATA.`,
    );
  // The lock first: what it signs is committed, and stays so.
  const note = await Lock.read(join(data, 'log.lock'));
  const head = { ...parseCheckpoint(parseNote(note).text), note };
  const db = openToRead(join(data, 'countersign.db'));
  try {
    const progress = progressTo(process.stderr, 'entries');
    const { files, kept } = await exportLog(new SqliteLog(db), head, folder, progress);
    const { origin, size } = head;
    if (json) printJson({ origin, size, files, kept, folder });
    else
      print(
        `Exported ${size} entries of ${origin} to ${folder}: ${files} files, ${kept} of them already there. Check them with: countersign log fsck ${folder} --key <vkey>`,
      );
    return 0;
  } finally {
    db.close();
  }
}
