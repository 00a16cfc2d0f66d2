import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { policyHash, readPolicyFile, watchPolicyFile, writeExamplePolicy, type PolicyFile } from './load.ts';

const own = 'countersign.example.com';
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-policy-'));
  path = join(folder, 'policy.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const why = async () => {
  const file = await readPolicyFile(path, own);
  return file.ok ? undefined : file.problems[0]?.message;
};

describe('reading', () => {
  test('the text is kept whole and hashes to what the file hashes to, byte order mark included', async () => {
    const bytes = Buffer.from('\uFEFFversion: 1 # Grüße\r\n');
    await writeFile(path, bytes);
    const file = await readPolicyFile(path, own);
    if (!file.ok) throw new Error(JSON.stringify(file.problems));
    expect(Buffer.from(file.text)).toEqual(bytes);
    expect(file.hash).toBe(createHash('sha256').update(bytes).digest('base64url'));
    expect(policyHash('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
  });

  test('no file, a folder, bytes that are no text, too many bytes: a sentence each', async () => {
    expect(await why()).toContain('no such file. `npm start` writes');
    await writeFile(path, Buffer.from([0x76, 0xff]));
    expect(await why()).toContain('Save it as UTF-8');
    await writeFile(path, '');
    await truncate(path, 1_000_000_000);
    expect(await why()).toContain('40000 bytes');
    expect((await readPolicyFile(folder, own)).ok).toBe(false);
  });
});

describe('the example', () => {
  test('is written once, into a folder that may be missing, and is a sound policy', async () => {
    path = join(folder, 'data', 'policy.yaml');
    expect(await writeExamplePolicy(path)).toBe(true);
    const file = await readPolicyFile(path, own);
    expect(file).toMatchObject({ ok: true });
    await writeFile(path, 'version: 1\n');
    expect(await writeExamplePolicy(path)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('version: 1\n');
  });

  test('teaches every field', async () => {
    const text = await readFile(new URL('example.yaml', import.meta.url), 'utf8');
    const fields =
      'version consoles name hosts start mode pack reads record unreachable maximum groups eligibility who levels durations decides when days from to zone';
    for (const field of fields.split(' ')) expect(text).toMatch(new RegExp(`\\b${field}: ?`));
    for (const word of [
      'closed',
      'read-only',
      'watch',
      'actions',
      'requests',
      'times',
      'keep',
      'nobody',
      'group:',
      'role:',
    ]) {
      expect(text).toContain(word);
    }
  });
});

describe('watching', () => {
  const every = 50;
  const seen: PolicyFile[] = [];
  let stop: () => void;
  const first = policyHash('version: 1\n');
  const start = (options: { since?: string } = { since: first }) => {
    seen.length = 0;
    stop = watchPolicyFile(path, own, (file) => void seen.push(file), { every, ...options });
  };
  const settled = (count: number) => vi.waitFor(() => expect(seen).toHaveLength(count), { timeout: 5_000 });
  beforeEach(() => writeFile(path, 'version: 1\n'));
  afterEach(() => stop());

  test('a file put in its place by renaming, then one written in place', async () => {
    start();
    await writeFile(join(folder, 'new'), 'version: 1 # two\n');
    await rename(join(folder, 'new'), path);
    await settled(1);
    await writeFile(path, 'version: 2\n');
    await settled(2);
    expect(seen).toMatchObject([
      { ok: true, text: 'version: 1 # two\n' },
      { ok: false, problems: [{ line: 1, field: 'version' }] },
    ]);
  });

  test('the same content, touched or written again, is no change', async () => {
    start({});
    await writeFile(join(folder, 'next'), 'version: 1\n');
    await rename(join(folder, 'next'), path);
    await wait(every * 8);
    expect(seen).toEqual([]);
  });

  test('a content that came between the start and the watch is a change', async () => {
    start({ since: policyHash('version: 1 # before\n') });
    await settled(1);
    expect(seen).toMatchObject([{ ok: true, text: 'version: 1\n' }]);
  });

  test('a content that does not stand, as of a file still being written, is not taken', async () => {
    let writes = 0;
    start();
    // Each write differs from the last, faster than the file is read twice.
    const until = Date.now() + every * 15;
    while (Date.now() < until) {
      await writeFile(join(folder, 'next'), `version: 1 # ${writes++}\n`);
      await rename(join(folder, 'next'), path);
      await wait(2);
    }
    const before = seen.length;
    await settled(before + 1);
    expect(before).toBe(0);
    expect(seen.at(-1)).toMatchObject({ ok: true, text: `version: 1 # ${writes - 1}\n` });
  });

  test('a file that goes away is told once, and again when it is back', async () => {
    start();
    await rm(path);
    await settled(1);
    await wait(every * 5);
    await writeFile(path, 'version: 1\n');
    await settled(2);
    expect(seen).toMatchObject([{ ok: false, problems: [{ line: 0 }] }, { ok: true }]);
  });

  test('once stopped it stays silent', async () => {
    start();
    stop();
    await writeFile(path, 'version: 1 # two\n');
    await wait(every * 5);
    expect(seen).toEqual([]);
  });
});
