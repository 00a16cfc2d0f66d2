import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const tree = resolve(import.meta.dirname, '../../..');

export interface ProcessOptions {
  readonly folder: string;
  readonly port: number;
  /** Root of the tree whose `server/main.mjs` is started; by default this one. */
  readonly tree?: string;
  readonly env?: Record<string, string>;
  /** The process in whose mount namespace it runs; by default this one. */
  readonly beside?: number;
}

/** The real server, `node server/main.mjs`, in a process of its own, so that it can be killed. */
export class ServerProcess {
  readonly folder: string;
  readonly origin: string;
  /** True once it listens; false when it ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<void>;
  /** Its exit code; null where a signal ended it or it still runs. */
  get code(): number | null {
    return this.#child.exitCode;
  }
  /** What it wrote, both streams. */
  output: Buffer = Buffer.alloc(0);
  readonly #child: ChildProcess;

  constructor({ folder, port, env = {}, beside, ...from }: ProcessOptions) {
    this.folder = folder;
    this.origin = `http://localhost:${port}`;
    const root = from.tree ?? tree;
    const command = [process.execPath, join(root, 'server', 'main.mjs')];
    const [program = '', ...args] =
      beside === undefined ? command : ['nsenter', '--mount', '--target', String(beside), ...command];
    this.#child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        COUNTERSIGN_ORIGIN: this.origin,
        COUNTERSIGN_DATA: folder,
        COUNTERSIGN_LISTEN: `127.0.0.1:${port}`,
        COUNTERSIGN_LOG_LEVEL: 'error',
        ...env,
      },
    });
    this.ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    const listens = new Promise<boolean>((resolve) => {
      for (const stream of [this.#child.stdout, this.#child.stderr])
        stream?.on('data', (data: Buffer) => {
          this.output = Buffer.concat([this.output, data]);
          if (this.said.includes('Countersign is listening on')) resolve(true);
        });
    });
    this.ready = Promise.race([listens, this.ended.then(() => false)]);
  }

  get said(): string {
    return this.output.toString();
  }

  /** Waits until it listens. Throws with what it said when it does not. */
  async listening(): Promise<this> {
    if (!(await this.ready)) throw new Error(`the server did not start: ${this.said}`);
    return this;
  }

  /** Waits until it wrote this, and returns the group within. */
  async says(pattern: RegExp): Promise<string> {
    for (let waited = 0; waited < 10_000; waited += 5) {
      const found = pattern.exec(this.said)?.[1];
      if (found !== undefined) return found;
      await sleep(5);
    }
    throw new Error(`the server did not say ${pattern}: ${this.said}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGKILL, as a crash of the process: what it had handed to the kernel stays. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}

/** `countersign …` on a data folder, in a process of its own. `code` is -1 where a signal ended it. */
export function runCommand(
  args: string[],
  folder: string,
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(tree, 'server', 'cli', 'countersign.mjs'), ...args],
      { env: { ...process.env, ...env, COUNTERSIGN_DATA: folder }, timeout: 30_000 },
      (_, out, err) => done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

/** What `/readyz` answers. */
export async function readiness(origin: string): Promise<{ status: number; sentence: string }> {
  const answer = await fetch(`${origin}/readyz`);
  return { status: answer.status, sentence: (await answer.text()).trim() };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
