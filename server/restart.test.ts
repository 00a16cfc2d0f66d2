import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerProcess, freePort, readiness } from './testing/crash/process.ts';

/** What moves the clocks of the process that is told so, by an hour. */
const wall = 'const now = Date.now; Date.now = () => now() + 3600000;';
const uptime =
  'const { uptime } = os; os.uptime = () => uptime() + 3600; (await import("node:module")).syncBuiltinESMExports();';
const onSignal = (move: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`import os from "node:os"; process.on("SIGUSR2", async () => { ${move} });`)}`;

let folder: string;
let server: ServerProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-restart-'));
});
afterEach(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** The real server, whose clocks the signal will move. */
async function start(move: string): Promise<void> {
  const env = { NODE_OPTIONS: onSignal(move) };
  server = await new ServerProcess({ folder, port: await freePort(), env }).listening();
  expect(await readiness(server.origin)).toMatchObject({ status: 200 });
}

test('a clock that jumped ahead ends the process with 75, so that a supervisor starts it again', async () => {
  await start(wall);
  server.signal('SIGUSR2');
  await server.ended;
  expect(server.code).toBe(75);
  expect(server.said).toMatch(/jumped forward by 60 minutes/);
}, 60_000);

test('a machine that slept for an hour goes on: both clocks moved alike', async () => {
  await start(uptime + wall);
  server.signal('SIGUSR2');
  await sleep(3000);
  expect(await readiness(server.origin)).toMatchObject({ status: 200 });
  expect(server.code).toBe(null);
}, 60_000);
