import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { fingerprint } from '#shared/log/note/keys.ts';
import { type Lost, prepareRecovery } from '../disaster-recovery/index.ts';
import { ask } from './ask.ts';
import { dataFolder, hasDatabase } from './folder.ts';
import { complain, messageOf, print, printJson } from './print.ts';

/** `countersign recover [--checkpoint <file>]`; exit code 1 where nothing was prepared. */
export function recoverCommand(): Command {
  return new Command('recover')
    .description(
      'Recover a log after an old backup was restored, or the log key or its lock was lost: it continues under a new origin. Shows what is lost and prepares the recovery; two administrators then approve it in the companion. Stop the server first.',
    )
    .option(
      '--checkpoint <file>',
      'a signed checkpoint newer than the one in the lock, from a witness or an anchor',
    )
    .option('--yes', 'skip the confirmation; only for scripts without a terminal')
    .option('--json', 'print JSON')
    .action(async (options: { checkpoint?: string; yes?: true; json?: true }) => {
      try {
        const folder = dataFolder();
        if (!hasDatabase(folder))
          throw new Error(
            `There is no Countersign data folder at ${folder}. Set COUNTERSIGN_DATA to the one the server uses.`,
          );
        const checkpoint =
          options.checkpoint === undefined ? undefined : readFileSync(options.checkpoint, 'utf8');
        const { lost, proposal } = await prepareRecovery(folder, checkpoint, (found) =>
          confirm(found, options.yes === true),
        );
        const key = fingerprint(proposal.logKey);
        if (options.json) printJson({ ...proposal, fingerprint: key, open: `${lost.webOrigin}/recover` });
        else print(report(lost, key));
      } catch (error) {
        complain(messageOf(error));
        process.exitCode = 1;
      }
    });
}

const entries = (n: number): string => (n === 1 ? '1 entry' : `${n} entries`);

function sayLost({ lost, restored, known }: Lost): string[] {
  const gone = lost.size - restored.size;
  if (lost.note === '' || gone === 0)
    return [
      `No entries are known to be lost: the database has all ${restored.size} that are known to have been signed.`,
      'If anyone holds a newer checkpoint (a witness, an anchor, a receipt), pass it with --checkpoint.',
    ];
  return [
    `${entries(gone)} signed before will be lost for good: the log had ${lost.size}, the database has ${restored.size}.`,
    `  lost head      ${lost.size} ${lost.root}${known ? '' : '   (signed by a key that is not available here)'}`,
    `  restored head  ${restored.size} ${restored.root}`,
  ];
}

/** Somebody at a terminal types the new origin; a script says `--yes`. Throws an Error with a sentence otherwise. */
async function confirm(lost: Lost, yes: boolean): Promise<void> {
  if (!process.stdin.isTTY) {
    if (yes) return;
    throw new Error(
      'There is no terminal to confirm in, so nothing was prepared. Run this in a terminal, or add --yes.',
    );
  }
  const typed = await ask(
    [
      lost.reason,
      '',
      ...sayLost(lost),
      '',
      `Is there a newer backup? Restore it instead. Otherwise the log continues as ${lost.next}, with new keys. Every`,
      'grant ends and every browser must be paired again. Two administrators must approve it.',
      '',
      `Type ${lost.next} to go on: `,
    ].join('\n'),
  );
  if (typed.trim() !== lost.next) throw new Error('That was not the new origin. Nothing was prepared.');
}

const report = (lost: Lost, key: string): string =>
  [
    ...sayLost(lost),
    '',
    `The log can continue as ${lost.next}. The fingerprint of its new key is`,
    '',
    `  ${key}`,
    '',
    'Now start the server. Two administrators then sign in, open',
    '',
    `  ${lost.webOrigin}/recover`,
    '',
    'compare the fingerprint and touch their keys within one day. Nothing is signed until both have.',
  ].join('\n');
