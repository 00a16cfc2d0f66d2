import { join, relative } from 'node:path';
import { Command } from 'commander';
import { sayProblem } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { readPolicyFile, whoMayAsk } from '../policy/index.ts';
import { dataFolder, ownHost } from './folder.ts';
import { type Known, peopleFor } from './people.ts';
import { accessTable } from './table.ts';
import { complain, line, print, printJson } from './print.ts';

/** Where the server reads its policy: `$COUNTERSIGN_POLICY`, else in the data folder. */
export const policyPath = (): string =>
  process.env['COUNTERSIGN_POLICY'] ?? join(dataFolder(), 'policy.yaml');

/** `countersign policy check [file] [--json]`; exit code 1 where the file would be refused. */
export function policyCommand(): Command {
  const check = new Command('check')
    .description('Check whether a policy file would be accepted, and show who could request what now.')
    .argument('[file]', 'the policy file; default: the one in the data folder')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: { json?: true }) => {
      const path = file ?? policyPath();
      process.exitCode = await checkFile(path, { json: options.json === true, at: Date.now() });
    });
  return new Command('policy').description('Check the policy file.').addCommand(check);
}

async function checkFile(path: string, { json, at }: { json: boolean; at: number }): Promise<0 | 1> {
  const own = ownHost(dataFolder());
  const file = await readPolicyFile(path, own.host);
  if (file.ok) {
    const known = peopleFor(file.policy, dataFolder());
    const access = whoMayAsk(file.policy, known.people, at);
    if (json) printJson({ ok: true, hash: file.hash, at, own: own.host, people: known.from, access }, 2);
    else
      print(
        `OK: ${show(path)} would be accepted.\n\n${table(file.policy, access, at)}\n\n${say(known)}\n${sayOwn(own)}`,
      );
    return 0;
  }
  if (json) printJson(file, 2);
  else {
    for (const problem of file.problems) complain(line(sayProblem(show(path), problem)));
    complain('This policy would be rejected, and the previous one would stay in force.');
  }
  return 1;
}

function table(policy: Policy, access: ReturnType<typeof whoMayAsk>, at: number): string {
  const moment = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (access.length === 0) return `Nobody could request anything now (${moment}).`;
  return `Who could request what now (${moment}):\n\n${accessTable(policy, access)}`;
}

/** Whose people these are, because the table is only as true as they are. */
function say(known: Known): string {
  if (known.from === 'server')
    return [
      `People and roles come from the server's data folder, ${show(known.folder)}: ${known.people.length} active.`,
      ...(known.absent.length > 0
        ? [`In this file, but not active on the server: ${known.absent.join(', ')}.`]
        : []),
    ].join('\n');
  return [
    ...(known.why === undefined ? [] : [`The server's people could not be read: ${known.why}`]),
    'People are taken from the policy file. Roles are kept by the server: requesters need the role engineer,',
    'approvers the role approver.',
  ].join('\n');
}

function sayOwn({ host, from }: ReturnType<typeof ownHost>): string {
  const said = `No console covers ${host}, the server's own host`;
  return from === 'default' ? `${said} by default; set COUNTERSIGN_ORIGIN to check for another.` : `${said}.`;
}

/** The shorter of the path from here and the path itself. */
function show(path: string): string {
  const near = relative(process.cwd(), path);
  return near && near.length < path.length ? near : path;
}
