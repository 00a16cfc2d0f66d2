import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLog } from '../log/export.ts';
import { forgeable, seal } from '../testing/log-files.ts';
import { type Story, tellStory } from '../testing/story.ts';

const bin = new URL('countersign.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'countersign-fsck-'));
const exported = join(folder, 'exported');
let story: Story;
let pins: string[];
beforeAll(async () => {
  story = await tellStory();
  const { log } = story.server.services;
  await exportLog(log, exported);
  pins = ['--key', log.verifierKey, '--genesis', log.genesis];
});
afterAll(async () => {
  await story.server.remove();
  rmSync(folder, { recursive: true });
});

const fsck = (...args: string[]) =>
  new Promise<{ status: number | null; said: string }>((resolve) => {
    const child = spawn(process.execPath, [bin, 'log', 'fsck', ...args]);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (said += data.toString()));
    child.on('close', (status) => resolve({ status, said }));
  });

test('what is exported is the whole log, file by file', async () => {
  const { entries, key } = forgeable(story.server);
  const expected = await seal(entries, key);
  const files = readdirSync(exported, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const found = files.map(({ parentPath, name }) => join(parentPath, name));
  expect(found.map((path) => relative(exported, path)).sort()).toEqual([...expected.keys()].sort());
  for (const path of found)
    expect(new Uint8Array(readFileSync(path)), path).toEqual(expected.get(relative(exported, path)));
});

test('an exported log holds: sentences, and exit code 0', async () => {
  const { status, said } = await fsck(exported, ...pins);
  expect(said).toMatch(/^holds {3}The hashes of 39 entries lead to the signed root\.$/m);
  expect(said).toMatch(/\n\nEverything checked holds: 39 entries, 23 touches\.\n$/);
  expect(status).toBe(0);
});

test('one byte changed in a copy: the entry is named, and exit code 1', async () => {
  const copy = join(folder, 'copy');
  cpSync(exported, copy, { recursive: true });
  const bundle = join(copy, 'tile', 'entries', '000.p', '39');
  const bytes = readFileSync(bundle);
  const at = bytes.indexOf('Vault');
  bytes.write('v', at);
  writeFileSync(bundle, bytes);
  const { status, said } = await fsck(copy, ...pins);
  expect(said).toMatch(/\n\nEntry 1 is not what the log was signed over\.\n$/);
  expect(status).toBe(1);
});

test('without a genesis it cannot be sure: exit code 2', async () => {
  const { status, said } = await fsck(exported, ...pins.slice(0, 2));
  expect(said).toMatch(/^unsure {2}Without a pinned genesis hash/m);
  expect(status).toBe(2);
});

test('with another key it fails, and a folder that is none says so', async () => {
  const [option = '', key = ''] = pins;
  const { status, said } = await fsck(exported, option, key.replace(/^localhost/, 'elsewhere'));
  expect(said).toMatch(/not signed by the pinned key/);
  expect(status).toBe(1);
  const none = await fsck(join(folder, 'nothing'), ...pins);
  expect(none).toMatchObject({ status: 2, said: expect.stringMatching(/cannot be read\. Export/) as string });
});
