import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, listen } from './ports.ts';
import type { ConsoleHandle } from './handle.ts';
import { flows } from './node-red-flows.ts';
import { startWitness } from './witness.ts';

/** The version that the recogniser in extension/packs was written against. */
export const NODE_RED_VERSION = '5.0.7';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const program = (prefix: string) => join(prefix, 'node_modules/node-red/red.js');

/**
 * Installs Node-RED from npm into a folder of its own, never into node_modules, unless it is there already.
 * @returns the program that starts it
 * @throws one sentence when npm cannot get it
 */
export async function installNodeRed(
  cache = join(root, '.cache/node-red'),
  say: (sentence: string) => void = console.log,
): Promise<string> {
  const folder = join(cache, NODE_RED_VERSION);
  if (existsSync(program(folder))) return program(folder);
  say(
    `Installing Node-RED ${NODE_RED_VERSION} from npm into ${cache}, once; this takes about half a minute.`,
  );
  await mkdir(cache, { recursive: true });
  // Installed aside and moved when whole, so that an interrupted install is not taken for a finished one.
  const aside = await mkdtemp(join(cache, 'installing-'));
  const npm = ['install', '--prefix', aside, '--no-audit', '--no-fund', '--omit=dev', '--ignore-scripts'];
  try {
    await run('npm', [...npm, `node-red@${NODE_RED_VERSION}`], {
      cwd: aside,
      timeout: 600_000,
      maxBuffer: 64 << 20,
    });
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    throw new Error(
      'npm could not install Node-RED: check that the npm registry is reachable, then try again.',
      { cause },
    );
  }
  await rm(folder, { recursive: true, force: true });
  await rename(aside, folder);
  return program(folder);
}

const settings = (port: number) => `module.exports = {
  uiPort: ${port},
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  credentialSecret: 'only-for-tests',
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
  editorTheme: { tours: false, projects: { enabled: false }, palette: { allowInstall: false } },
};
`;

/**
 * Starts Node-RED with the flow "Maintenance" behind a plain reverse proxy, whose log is the console's own.
 * @param options.port the proxy's port on loopback; a free one by default
 * @param options.cache where Node-RED is installed
 * @param options.say told in sentences what takes time
 */
export async function startNodeRed(
  options: { port?: number; cache?: string; say?: (sentence: string) => void } = {},
): Promise<ConsoleHandle> {
  const starter = await installNodeRed(options.cache, options.say);
  const userDir = await mkdtemp(join(tmpdir(), 'countersign-node-red-'));
  const inner = await freePort();
  await writeFile(join(userDir, 'settings.js'), settings(inner));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows, null, 2));
  const child = spawn(process.execPath, [starter, '--userDir', userDir], {
    cwd: dirname(starter),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_RED_DISABLE_TELEMETRY: '1' },
  });
  let proxy;
  try {
    await up(child, inner);
    proxy = await startProxy(inner, options.port ?? 0);
  } catch (cause) {
    await end(child);
    await rm(userDir, { recursive: true, force: true });
    throw cause;
  }
  const { close, ...handle } = proxy;
  return {
    ...handle,
    stop: async () => {
      await close();
      await end(child);
      await rm(userDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function up(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  const started = Date.now();
  while (Date.now() - started < 60_000) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://127.0.0.1:${port}/flows`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((again) => setTimeout(again, 150));
  }
  throw new Error(`Node-RED did not start. It said: ${said.trim() || 'nothing'}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((exit) => child.once('exit', exit));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
}

/** A reverse proxy that changes nothing and notes everything, WebSockets included. */
async function startProxy(inner: number, wanted: number) {
  const witness = startWitness();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    witness.saw(request);
    const onward = forward(
      { host: '127.0.0.1', port: inner, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const { closed } = witness.opened('ws', request);
    const onward = connect(inner, '127.0.0.1', () => {
      const headers = request.rawHeaders.flatMap((name, i, all) =>
        i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : [],
      );
      onward.write([`${request.method} ${request.url} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
      onward.write(head);
      client.pipe(onward).pipe(client);
    });
    for (const side of [client, onward]) {
      side.on('error', () => side.destroy());
      side.once('close', () => {
        closed();
        client.destroy();
        onward.destroy();
      });
    }
  });
  const port = await listen(server, wanted);
  return {
    port,
    origin: (host: string) => `http://${host}:${port}`,
    log: witness.log,
    sockets: witness.sockets,
    clear: witness.clear,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
