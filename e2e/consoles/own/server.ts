import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { ConsoleHandle } from '../handle.ts';
import type { Idp } from '../idp/server.ts';
import { listen } from '../ports.ts';
import { startWitness } from '../witness.ts';
import type { Witness } from '../witness.ts';
import { libraryFile } from './libraries.ts';
import { pages } from './pages.ts';
import { render } from './render.ts';
import { SignIn } from './sign-in.ts';

const SITE = join(import.meta.dirname, 'site');
const FILE = /^\/site\/([a-z-]+\.(?:js|css))$/;
const TICK = 200;
const PIXEL =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#0f6674"/></svg>';
const SANDBOXED = `<!doctype html><title>Sandboxed</title><p>Asks every half second.</p>
<script>let n = 0; setInterval(() => fetch('/beacon?from=sandboxed&n=' + n++).catch(() => undefined), 500);</script>`;
const INNER = `<!doctype html><title>Inner</title><button onclick="fetch('/api/do/inner', { method: 'POST' })">Act from inside</button>`;

/** Harbour, running; `controlPort` gives the access log as JSON to another process. */
export type OwnConsole = ConsoleHandle & {
  controlPort: number;
  /** Lets people sign in there, from `/sign-in`. */
  signInAt: (idp: Idp) => void;
};

/**
 * Starts Harbour, the console of our own, on loopback under any `*.localhost` host.
 *
 * Its access log is the outside witness of the tests. The control port serves it as JSON at `GET /log` and what
 * is open at `GET /sockets`, and empties it at `DELETE /log`; it is a port of its own so that asking leaves no line.
 */
export async function startOwnConsole(options: { port?: number } = {}): Promise<OwnConsole> {
  const witness = startWitness();
  let signIn: SignIn | undefined;
  const server = createServer(answer(witness, () => signIn));
  const streams = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    streams.handleUpgrade(request, socket, head, (ws) => {
      const { heard, closed } = witness.opened('ws', request);
      ws.on('message', heard);
      const ticking = setInterval(() => ws.send(JSON.stringify({ at: Date.now() })), TICK);
      ws.on('error', () => ws.terminate());
      ws.once('close', () => {
        clearInterval(ticking);
        closed();
      });
    });
  });
  const control = createServer(controlAnswer(witness));
  const port = await listen(server, options.port ?? 0);
  const controlPort = await listen(control, 0);
  return {
    port,
    controlPort,
    signInAt: (idp) => void (signIn = new SignIn(idp)),
    origin: (host) => `http://${host}:${port}`,
    log: witness.log,
    sockets: witness.sockets,
    clear: witness.clear,
    stop: async () => {
      for (const ws of streams.clients) ws.terminate();
      await Promise.all(
        [server, control].map((one) => {
          const closed = new Promise((done) => one.close(done));
          one.closeAllConnections();
          return closed;
        }),
      );
    },
  };
}

function controlAnswer(witness: Witness): RequestListener {
  return (request, response) => {
    if (request.method === 'DELETE') witness.clear();
    send(
      response,
      'application/json',
      JSON.stringify(request.url === '/sockets' ? witness.sockets() : witness.log),
    );
  };
}

function send(
  response: ServerResponse,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  // Pages say nothing about caching unless they mean to; scripts of tests must not be stale between runs.
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', ...headers }).end(body);
}

function answer(witness: Witness, signIn: () => SignIn | undefined): RequestListener {
  const html = 'text/html; charset=utf-8';
  return (request, response) => {
    witness.saw(request);
    if (request.url?.startsWith('/sso/')) {
      const refuse = (cause: unknown) => response.writeHead(401).end(String(cause));
      return void (signIn()?.answer(request, response).catch(refuse) ?? response.writeHead(404).end());
    }
    request.resume(); // bodies are taken off the wire and forgotten: the witness keeps no passwords
    const { pathname } = new URL(request.url ?? '/', 'http://harbour');
    const page = pages.find(({ path }) => path === pathname);
    if (page && request.method === 'GET') return send(response, html, render(page), page.headers);
    if (pathname === '/slow') return; // never answered
    if (pathname === '/events') return stream(witness, request, response);
    if (pathname === '/sw.js') return void file(join(SITE, 'sw.js'), response);
    const library = libraryFile(pathname);
    if (library !== undefined) return void file(library, response);
    const named = FILE.exec(pathname)?.[1];
    if (named) return void file(join(SITE, named), response);
    if (pathname === '/pixel.svg') return send(response, 'image/svg+xml', PIXEL);
    // A sandboxed frame has no origin, so only a server that allows anybody answers it.
    if (pathname === '/beacon')
      return send(response, 'text/plain', 'ok', { 'access-control-allow-origin': '*' });
    if (pathname === '/sandboxed') return send(response, html, SANDBOXED);
    if (pathname === '/inner') return send(response, html, INNER);
    if (pathname.startsWith('/api/')) return send(response, 'application/json', '{"ok":true}');
    if (pathname.startsWith('/files/')) return send(response, 'text/csv', 'id,amount\n1,20\n');
    if (pathname.startsWith('/queues/')) return send(response, html, render({ ...overview, path: pathname }));
    if (pathname === '/account') {
      const lead = `Signed in: ${signIn()?.who(request) ?? 'nobody'}.`;
      return send(response, html, render({ path: pathname, title: 'Account', lead, body: '' }));
    }
    if (['/search', '/users', '/definitions', '/rotate', '/login'].includes(pathname)) {
      return send(
        response,
        html,
        render({ path: pathname, title: 'Done', lead: `${request.method} ${pathname}.`, body: '' }),
      );
    }
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page in Harbour.');
  };
}

const overview = {
  title: 'Queue',
  lead: 'One queue of four.',
  body: '<section>1,284 messages are ready.</section>',
};

async function file(path: string, response: ServerResponse): Promise<void> {
  try {
    const type = path.endsWith('.css') ? 'text/css' : 'text/javascript';
    send(response, type, await readFile(path));
  } catch {
    response.writeHead(404).end();
  }
}

function stream(witness: Witness, request: IncomingMessage, response: ServerResponse): void {
  const { closed } = witness.opened('sse', request);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const ticking = setInterval(() => response.write(`data: ${Date.now()}\n\n`), TICK);
  response.once('close', () => {
    clearInterval(ticking);
    closed();
  });
}
