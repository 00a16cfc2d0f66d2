import { Command } from 'commander';
import type { Rows } from '#shared/domain/entries.ts';
import { ask } from './ask.ts';
import { dataFolder } from './folder.ts';
import { type HostReset, resetOnHost } from './reset.ts';
import { complain, messageOf, print } from './print.ts';

/** `countersign person reset <handle>`; exit code 1 where nothing was reset. */
export function personCommand(): Command {
  const reset = new Command('reset')
    .description(
      'Reset a person: end their keys, browsers and grants, and print a one-time link to enrol again. For someone who lost their keys and has no other administrator to ask. Stop the server first.',
    )
    .argument('<handle>', 'their handle, as shown under People')
    .option('--yes', 'skip the confirmation; only for scripts without a terminal')
    .action(async (handle: string, options: { yes?: true }) => {
      const terminal = process.stdin.isTTY ? ask : undefined;
      try {
        const done = await resetOnHost(dataFolder(), handle, (person) =>
          confirm(person, { yes: options.yes === true, terminal }),
        );
        print(report(handle, done));
      } catch (error) {
        complain(messageOf(error));
        process.exitCode = 1;
      }
    });
  return new Command('person').description('Manage people from the host.').addCommand(reset);
}

/** Somebody at a terminal types the handle; a script says `--yes`. Throws an Error with a sentence otherwise. */
export async function confirm(
  person: Pick<Rows['person'], 'handle' | 'roles' | 'status'>,
  by: { yes: boolean; terminal?: ((question: string) => Promise<string>) | undefined },
): Promise<void> {
  const { handle, roles, status } = person;
  if (!by.terminal) {
    if (by.yes) return;
    throw new Error(
      'There is no terminal to confirm in, so nothing was reset. Run this in a terminal, or add --yes in a script.',
    );
  }
  const typed = await by.terminal(
    [
      `This resets ${handle} (${roles.join(', ')}; ${status}).`,
      'All their keys and paired browsers stop working and their grants end. This cannot be undone.',
      'The log will show for good that this was done on the host, without a touch.',
      '',
      `Type ${handle} to go on: `,
    ].join('\n'),
  );
  if (typed.trim() !== handle) throw new Error('That is not the handle. Nothing was reset.');
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function report(handle: string, { link, expires, entry, keys, grants }: HostReset): string {
  const until = new Date(expires).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `Reset ${handle}: ${count(keys, 'key')} removed, ${count(grants, 'grant')} ended, all browsers unpaired.`,
    `Entry ${entry} of the log records that this was done on the host.`,
    '',
    `Now start the server. ${handle} can open this link once, until ${until} UTC, to enrol a new key:`,
    '',
    `  ${link}`,
    '',
    'Give it to nobody else. After that, they should enrol a second key under their name in',
    'the companion, so that losing one is no emergency, and pair their browser again.',
  ].join('\n');
}
