import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wire } from '#shared/wire/index.ts';

const child = new URL('flood.child.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'countersign-flood-'));
let server: ChildProcess;
let address: string;

async function freePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const found = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof found !== 'object' || !found) throw new Error('no port');
  return found.port;
}

beforeAll(async () => {
  address = `http://localhost:${await freePort()}`;
  server = spawn(process.execPath, [child], {
    env: {
      ...process.env,
      COUNTERSIGN_ORIGIN: address,
      COUNTERSIGN_DATA: folder,
      COUNTERSIGN_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout?.once('data', () => resolve());
    server.once('exit', () => reject(new Error('the server did not start')));
  });
}, 60_000);
afterAll(() => {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});

const post = (body: BodyInit, headers: Record<string, string> = {}, from = '192.0.2.1') =>
  fetch(address + wire.prepareSignIn.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, ...headers },
    body,
  });
test('case 48: a compressed body is refused, whatever it would become', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000, 120));
  const answer = await post(new Uint8Array(bomb), { 'content-encoding': 'gzip' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/without Content-Encoding/);
});

test('case 48: as many levels as fit into a body end in a refusal', async () => {
  const levels = 32_000;
  expect((await post('['.repeat(levels) + ']'.repeat(levels))).status).toBe(400);
  const members = '{"a":'.repeat(10_000);
  expect((await post(`${members}1${'}'.repeat(10_000)}`)).status).toBe(400);
});

/** The most memory that the server ever had, in MB. */
const most = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;

const openFiles = (): number => readdirSync(`/proc/${server.pid}/fd`).length;

test('case 53: three hundred who ask for the largest file and do not read it cost little', async () => {
  const before = most();
  const { hostname, port } = new URL(address);
  const line = 'GET /api/reference.js HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const sockets = Array.from({ length: 300 }, () => connect(Number(port), hostname).pause());
  // Each asks for it often enough that no buffer of the kernel takes all the answers.
  for (const socket of sockets) socket.on('error', () => undefined).write(line.repeat(10));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect((await post('{}', {}, '198.51.100.40')).status).toBe(200);
  // The file alone has 4.4 MB.
  expect(most() - before).toBeLessThan(300);

  // Whoever does not read for a while is closed.
  expect(openFiles()).toBeGreaterThan(250);
  await expect.poll(openFiles, { timeout: 30_000, interval: 500 }).toBeLessThan(100);
  for (const socket of sockets) socket.destroy();
}, 60_000);

test('case 48: two hundred bodies of 10 MB at once end in refusals and little memory', async () => {
  const before = most();
  const chunk = new Uint8Array(64 * 1024).fill(0x20);
  const body = (): ReadableStream<Uint8Array> => {
    let left = 160;
    return new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
  };
  const ends = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) =>
      fetch(address + wire.prepareSignIn.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${n}` },
        body: body(),
        duplex: 'half',
      } as RequestInit),
    ),
  );
  // Who is told before all was sent sees the answer, or the connection closed. On a busy machine some are too slow.
  for (const end of ends) if (end.status === 'fulfilled') expect([413, 408]).toContain(end.value.status);
  expect(most() - before).toBeLessThan(400);
  expect((await post('{}', {}, '198.51.100.20')).status).toBe(200);
}, 60_000);

/** Opens a connection, sends `start` and then `bytes` one after the other. Returns what it is told until it is closed. */
function dribble(start: string, bytes = Infinity): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    let left = bytes;
    let more: NodeJS.Timeout | undefined;
    let told = '';
    socket.on('connect', () => {
      socket.write(start);
      more = setInterval(() => left-- > 0 && socket.write('x'), 100);
    });
    socket.on('data', (data) => (told += data.toString()));
    socket.on('error', () => undefined); // a byte that came after the end
    socket.on('close', () => {
      clearInterval(more);
      resolve(told);
    });
  });
}

describe('case 73: who sends slowly', { timeout: 60_000 }, () => {
  const line = `POST ${wire.prepareSignIn.path} HTTP/1.1\r\nHost: localhost\r\n`;
  const headers = (from: string): string =>
    `${line}Content-Type: application/json\r\nX-Forwarded-For: ${from}\r\nContent-Length: 60000\r\n\r\n`;

  test.each([
    ['its headers', `${line}X-Slow: `, 5],
    ['its body', `${headers('192.0.2.50')}{`, 5],
    ['nothing at all', '', 0],
  ])('%s is told so and closed', async (_, start, bytes) => {
    const told = await dribble(start, bytes);
    expect(told).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n/);
  });

  test('five hundred of them at once leave the server to others, and are all closed', async () => {
    const slow = Array.from({ length: 500 }, (_, n) =>
      dribble(n % 2 === 0 ? `${line}X-Slow: ` : headers(`203.0.113.${n % 256}`)),
    );
    expect((await post('{}', {}, '198.51.100.30')).status).toBe(200);
    const told = await Promise.all(slow);
    // Who goes on sending into the end may not hear why.
    expect(told.filter((each) => each !== '' && !each.startsWith('HTTP/1.1 408'))).toEqual([]);
    expect((await post('{}', {}, '198.51.100.31')).status).toBe(200);
  });
});

test('case 53: one address that floods is told so, and another is served', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => post('{}', {}, '198.51.100.9')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBe(140);
  expect(refused[0]?.headers.get('retry-after')).toBe('60');
  expect((await post('{}', {}, '198.51.100.10')).status).toBe(200);
});
