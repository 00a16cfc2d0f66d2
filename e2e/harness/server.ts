import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../consoles/ports.ts';

/** The real server, started as people start it, in a process of its own. */
export type Server = {
  origin: string;
  dataFolder: string;
  policyFile: string;
  /** The one-time link of the first run; empty once somebody is enrolled. */
  setupLink: string;
  /** Everything it has printed. */
  output: () => string;
  /** Sends a signal and waits for the end. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Starts it anew on the same data and port. */
  restart: () => Promise<void>;
  /** Stops it and removes its data. */
  stop: () => Promise<void>;
};

/** Switches that start Node with a clock so many milliseconds off. */
const skewed = (by = 0): string[] =>
  by === 0
    ? []
    : [
        '--import',
        `data:text/javascript,const real = Date.now; Date.now = () => real() + ${by};
         globalThis.Date = class extends Date { constructor(...of) { super(...(of.length ? of : [Date.now()])); } };`,
      ];

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts a server on a free port and an empty data folder. `policy` is written before it starts; `clock` puts its
 * clock so many milliseconds off; `host` is its name in place of `localhost`, one that ends in `.localhost`.
 */
export async function startServer(
  options: { policy?: string; clock?: number; host?: string } = {},
): Promise<Server> {
  const port = await freePort();
  const dataFolder = await mkdtemp(join(tmpdir(), 'countersign-data-'));
  const policyFile = join(dataFolder, 'policy.yaml');
  if (options.policy !== undefined) await writeFile(policyFile, options.policy);
  const origin = `http://${options.host ?? 'localhost'}:${port}`;
  let printed = '';
  let child: ReturnType<typeof spawn> | undefined;

  const start = async (): Promise<void> => {
    const from = printed.length;
    child = spawn(process.execPath, [...skewed(options.clock), 'server/main.mjs'], {
      cwd: project,
      env: {
        ...process.env,
        COUNTERSIGN_ORIGIN: origin,
        COUNTERSIGN_DATA: dataFolder,
        COUNTERSIGN_LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    for (let tries = 0; tries < 300; tries++) {
      if (child.exitCode !== null) throw new Error(`the server ended at start:\n${printed.slice(from)}`);
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not get ready:\n${printed.slice(from)}`);
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    origin,
    dataFolder,
    policyFile,
    setupLink: /http\S+\/setup#\S+/.exec(printed)?.[0] ?? '',
    output: () => printed,
    kill,
    restart: start,
    async stop() {
      await kill('SIGTERM');
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
