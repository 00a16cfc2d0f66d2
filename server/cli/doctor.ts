import { Command } from 'commander';
import { examine, type HostFinding, nothingAt } from '../doctor/index.ts';
import { dataFolder } from './folder.ts';
import { progressTo } from './progress.ts';
import { line, print, printJson } from './print.ts';

const marks = { ok: 'ok', warn: 'warn', fail: 'FAILS', unknown: 'unsure' } as const;

/** `countersign doctor`; exit code 0 where nothing fails, 1 where something does, 2 where there is nothing to look at. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      "Check everything a server needs and say what to fix. It only reads, and the server can keep running. Run it as the server's user, with its environment.",
    )
    .option('--data <folder>', "the server's data folder", dataFolder())
    .option('--json', 'print JSON')
    .action(async ({ data, json = false }: { data: string; json?: boolean }) => {
      process.exitCode = await run(data, json);
    });
}

async function run(data: string, json: boolean): Promise<0 | 1 | 2> {
  const nothing = nothingAt(data);
  const findings = nothing
    ? [nothing]
    : await examine(data, { ...process.env, COUNTERSIGN_DATA: data }, progressTo(process.stderr, 'entries'));
  const failing = findings.filter(({ state }) => state === 'fail').length;
  const unsure = findings.filter(({ state }) => state === 'unknown').length;
  if (json) printJson({ ok: failing + unsure === 0, findings });
  else print(page(findings, failing, unsure));
  if (nothing) return 2;
  return failing > 0 ? 1 : unsure > 0 ? 2 : 0;
}

function page(findings: readonly HostFinding[], failing: number, unsure: number): string {
  const lines = findings.map(({ check, state, sentence, next }) =>
    [
      `${marks[state].padEnd(7)}${check.padEnd(13)}${line(sentence)}`,
      ...(next === undefined ? [] : [`${' '.repeat(20)}${next}`]),
    ].join('\n'),
  );
  const end =
    failing > 0
      ? `${failing} of ${findings.length} checks failed. Start with the first one.`
      : unsure > 0
        ? `${unsure} of ${findings.length} checks could not be made.`
        : 'All checks passed.';
  return [...lines, '', end].join('\n');
}
