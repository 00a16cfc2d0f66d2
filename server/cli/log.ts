import { Command } from 'commander';
import { verifyLog } from '#shared/verify/log.ts';
import type { Pins } from '#shared/verify/types.ts';
import { folderSource } from '../log/export.ts';

const marks = { ok: 'holds', failed: 'FAILS', unknown: 'unsure', note: 'note', checking: '' } as const;

/** `countersign log fsck <folder> --key <vkey> [--genesis <hash>]`; exit code 1 where it fails, 2 where it cannot judge. */
export function logCommand(): Command {
  const fsck = new Command('fsck')
    .description('Verify the files of a log, trusting neither the server nor its database.')
    .argument('<folder>', 'the folder with checkpoint and tiles')
    .requiredOption('--key <vkey>', "the log's key, name+id+key, as you got it from somebody you trust")
    .option('--genesis <hash>', 'the genesis hash that was printed at set-up')
    .action(async (folder: string, { key, genesis }: { key: string; genesis?: string }) => {
      process.exitCode = await verifyFolder(folder, {
        logKey: key,
        ...(genesis === undefined ? {} : { genesis }),
      });
    });
  return new Command('log').description('Look after the log.').addCommand(fsck);
}

async function verifyFolder(folder: string, pins: Pins): Promise<0 | 1 | 2> {
  const verification = verifyLog(folderSource(folder), pins);
  for (;;) {
    const next = await verification.next();
    if (next.done) {
      console.log(`\n${next.value.sentence}`);
      return { ok: 0, failed: 1, unknown: 2 }[next.value.state] as 0 | 1 | 2;
    }
    const { state, sentence } = next.value;
    if (state !== 'checking') console.log(`${marks[state].padEnd(7)} ${sentence}`);
  }
}
