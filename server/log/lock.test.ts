import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Lock } from './lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-lock-'));
  path = join(folder, 'log.lock');
  Lock.create(path, 'note 0\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function swapped(times: number): Promise<void> {
  const lock = await Lock.open(path);
  for (let n = 1; n <= times; n++) await lock.swap(`note ${n}\n`);
  await lock.close();
}
const bend = (at: number): void => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
};

test('as it is written it is whole, from the first note on', async () => {
  for (let times = 0; times < 4; times++) {
    await swapped(times === 0 ? 0 : 1);
    expect((await Lock.look(path)).isDamaged).toBe(false);
  }
});

test.each([
  ['the newest note', 4096 + 22],
  ['the one before it', 22],
  ['its first byte', 4096],
])('a bit in %s: the other one counts, and the damage shows until it is written over', async (_, at) => {
  await swapped(3);
  bend(at);
  expect(await Lock.read(path)).toBe(at < 4096 ? 'note 3\n' : 'note 2\n');
  expect((await Lock.look(path)).isDamaged).toBe(true);
  await swapped(2);
  expect((await Lock.look(path)).isDamaged).toBe(false);
});

test('a half that was emptied, or that is an older one, shows', async () => {
  await swapped(1);
  const old = readFileSync(path).subarray(4096);
  await swapped(4);
  const bytes = readFileSync(path);
  for (const half of [Buffer.alloc(4096), old]) {
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), half]));
    expect((await Lock.look(path)).isDamaged).toBe(true);
  }
});

test('bytes beside the very first note show', async () => {
  bend(4096 + 100);
  expect((await Lock.look(path)).isDamaged).toBe(true);
});
