import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findChromium, findFirefox, isBranded, onPath } from './find.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-find-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const program = async (name: string, version: string, exit = 0) => {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho "${version}"\nexit ${exit}\n`);
  await chmod(path, 0o755);
  return path;
};

test.each([
  ['Google Chrome 156.0.8078.79', true],
  ['Microsoft Edge 156.0.1', true],
  ['Google Chrome for Testing 156.0.8078.79', false],
  ['Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)', false],
])('%s: branded is %s', (version, branded) => expect(isBranded(version)).toBe(branded));

test('CHROMIUM_PATH is taken before everything else', async () => {
  const path = await program('my-chromium', 'Chromium 999.0');
  vi.stubEnv('CHROMIUM_PATH', path);
  expect(await findChromium()).toEqual({ path, version: 'Chromium 999.0' });
});

test('a CHROMIUM_PATH that is branded or does not start is refused with what to do', async () => {
  vi.stubEnv('CHROMIUM_PATH', await program('chrome', 'Google Chrome 156.0'));
  await expect(findChromium()).rejects.toThrow(
    'CHROMIUM_PATH is Google Chrome 156.0, which cannot load an extension from a folder: point it at Chromium or Chrome for Testing or unset it.',
  );
  vi.stubEnv('CHROMIUM_PATH', await program('broken', 'no', 1));
  await expect(findChromium()).rejects.toThrow(/does not start: correct it or unset it/);
});

test('FIREFOX_PATH is taken before the system’s', async () => {
  const path = await program('my-firefox', 'Mozilla Firefox 153.7.0esr');
  vi.stubEnv('FIREFOX_PATH', path);
  expect(await findFirefox()).toEqual({ path, version: 'Mozilla Firefox 153.7.0esr' });
});

test('programs are looked for by name, then by the order of PATH', async () => {
  const here = await program('chromium', 'Chromium 1');
  expect(onPath(['chromium', 'chromium-browser'], ['/nowhere', folder].join(delimiter))).toEqual([here]);
});
