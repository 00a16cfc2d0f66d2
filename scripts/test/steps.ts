import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a step found. Checks and builds count as one each. */
export interface Count {
  passed: number;
  failed: number;
  skipped?: number;
}

export interface Step {
  title: string;
  command: string[];
  env?: Record<string, string>;
  /** Counts what the step left behind; without it the step is one check. */
  count?: () => Count;
}

const root = join(import.meta.dirname, '..', '..');
const binaries = join(root, 'node_modules', '.bin');

/** Runs one step. `quiet` keeps its words back until it has ended, so that steps beside each other do not mix. */
export async function run({ title, command, env, count }: Step, quiet = false): Promise<Count> {
  const started = Date.now();
  const [program = '', ...args] = command;
  const words: Buffer[] = [];
  if (!quiet) process.stdout.write(`\n=== ${title}\n`);
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      cwd: root,
      env: { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}`, ...env },
    });
    child.stdout?.on('data', (chunk: Buffer) => words.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => words.push(chunk));
    child.on('error', (error) => {
      process.stdout.write(`${error.message}\n`);
      resolve(null);
    });
    child.on('close', resolve);
  });
  if (quiet) process.stdout.write(`\n=== ${title}\n${Buffer.concat(words).toString()}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`--- ${title}: ${code === 0 ? 'ok' : `failed (${code})`}, ${seconds} s\n`);
  const counted = count?.() ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  return code === 0 || counted.failed > 0 ? counted : { ...counted, failed: 1 };
}

/** Runs lanes of steps beside each other, the steps of each lane one after the other. */
export async function beside(...lanes: Step[][]): Promise<Count[]> {
  const ran = await Promise.all(
    lanes.map(async (lane) => {
      const counts: Count[] = [];
      for (const step of lane) counts.push(await run(step, true));
      return counts;
    }),
  );
  return ran.flat();
}

/** Reads a report; a runner that died before it wrote one counts as one failure. */
function report(file: string, read: (report: never) => Count): () => Count {
  return () => {
    try {
      return read(JSON.parse(readFileSync(file, 'utf8')) as never);
    } catch {
      return { passed: 0, failed: 1 };
    }
  };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}

export const vitest = (title: string, file: string, ...args: string[]): Step => ({
  title,
  command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
  count: report(file, (counts: VitestReport) => ({
    passed: counts.numPassedTests,
    failed: counts.numFailedTests,
    skipped: counts.numPendingTests,
  })),
});

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

export const playwright = (title: string, file: string, ...args: string[]): Step => ({
  title,
  command: ['playwright', 'test', ...args],
  env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  count: report(file, ({ stats }: PlaywrightReport) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  })),
});
