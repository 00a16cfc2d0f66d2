import { format } from 'node:util';
import { vi } from 'vitest';
import { program } from '../cli/program.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `countersign …` in this process, which saves starting one: the same program, its streams and its exit code, under
 * the environment given (undefined takes a variable away). One after another, for a process has one of each.
 */
export function countersign(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const running = last.then(() => run(args, env));
  last = running.catch(() => undefined);
  return running;
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const said = { out: '', err: '' };
  const hear = (stream: 'out' | 'err', text: string | Uint8Array): true => {
    said[stream] += Buffer.from(text).toString();
    return true;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((...words) => void hear('out', `${format(...words)}\n`)),
    vi.spyOn(console, 'error').mockImplementation((...words) => void hear('err', `${format(...words)}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => hear('out', text)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => hear('err', text)),
  ];
  const before = { env: { ...process.env }, exitCode: process.exitCode };
  assign(env);
  process.exitCode = undefined;
  try {
    await program().parseAsync(args, { from: 'user' });
    return { status: exitCode(), ...said };
  } finally {
    process.exitCode = before.exitCode;
    for (const name of Object.keys(env)) assign({ [name]: before.env[name] });
    for (const spy of spies) spy.mockRestore();
  }
}

const exitCode = (): number => Number(process.exitCode ?? 0);

function assign(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
