import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('case 48: a quarter of a million levels end in a refusal', async () => {
  const levels = 250_000;
  expect((await post('['.repeat(levels) + ']'.repeat(levels))).status).toBe(400);
  const members = '{"a":'.repeat(80_000);
  expect((await post(`${members}1${'}'.repeat(80_000)}`)).status).toBe(400);
});

test('case 48: two hundred bodies of 10 MB at once end in refusals and little memory', async () => {
  const most = (): number =>
    Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
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
  // Who is told before all was sent sees the answer, or the connection closed.
  for (const end of ends) if (end.status === 'fulfilled') expect(end.value.status).toBe(413);
  expect(most() - before).toBeLessThan(400);
  expect((await post('{}', {}, '198.51.100.20')).status).toBe(200);
}, 60_000);

test('case 53: one address that floods is told so, and another is served', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => post('{}', {}, '198.51.100.9')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBe(140);
  expect(refused[0]?.headers.get('retry-after')).toBe('60');
  expect((await post('{}', {}, '198.51.100.10')).status).toBe(200);
});
