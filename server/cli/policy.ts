import { join, relative } from 'node:path';
import { Command } from 'commander';
import { sayProblem } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { readPolicyFile } from '../policy/load.ts';
import { peopleIn, whoMayAsk } from '../policy/access.ts';
import { accessTable } from './table.ts';

/** Where the server reads its policy: `$COUNTERSIGN_POLICY`, else in the data folder, `$COUNTERSIGN_DATA` or `./data`. */
const defaultPolicyPath = (): string =>
  process.env['COUNTERSIGN_POLICY'] ?? join(process.env['COUNTERSIGN_DATA'] ?? 'data', 'policy.yaml');

/** `countersign policy check [file] [--json]`; exit code 1 where the file would be refused. */
export function policyCommand(): Command {
  const check = new Command('check')
    .description('Say whether a policy file would be accepted, and who could ask for what now.')
    .argument('[file]', 'the policy file; by default the one in the data folder')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: { json?: true }) => {
      const path = file ?? defaultPolicyPath();
      process.exitCode = await checkFile(path, { json: options.json === true, at: Date.now() });
    });
  return new Command('policy').description('Look after the policy file.').addCommand(check);
}

async function checkFile(path: string, { json, at }: { json: boolean; at: number }): Promise<0 | 1> {
  const file = await readPolicyFile(path);
  if (json) {
    const found = file.ok ? { ok: true, hash: file.hash, at, access: access(file.policy, at) } : file;
    console.log(JSON.stringify(found, null, 2));
  } else if (file.ok) {
    console.log(`OK: ${show(path)} would be accepted.\n\n${report(file.policy, at)}`);
  } else {
    for (const problem of file.problems) console.error(sayProblem(show(path), problem));
    console.error('This policy would be refused whole, and the one before it would stay in force.');
  }
  return file.ok ? 0 : 1;
}

const access = (policy: Policy, at: number) => whoMayAsk(policy, peopleIn(policy), at);

function report(policy: Policy, at: number): string {
  const rows = access(policy, at);
  const moment = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (rows.length === 0) return `Nobody could ask for anything now (${moment}).`;
  return [
    `Who could ask for what now (${moment}):`,
    '',
    accessTable(policy, rows),
    '',
    'People are as the file names them. Roles are kept by the server: whoever asks needs the role engineer,',
    'whoever decides the role approver.',
  ].join('\n');
}

/** The shorter of the path from here and the path itself. */
function show(path: string): string {
  const near = relative(process.cwd(), path);
  return near && near.length < path.length ? near : path;
}
