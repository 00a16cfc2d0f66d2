import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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

test('case 53: one address that floods is told so, and another is served', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => (await post('{}', {}, '198.51.100.9')).status),
  );
  expect(statuses.filter((status) => status === 429).length).toBe(140);
  expect((await post('{}', {}, '198.51.100.10')).status).toBe(200);
});
