import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAndCheck } from './check.ts';
import { random } from './kills.ts';
import type { Loader } from './load.ts';
import { Disk } from './power.ts';
import { type ServerProcess, readiness } from './process.ts';
import { type Fault, buildShim, shimmed } from './shim.ts';
import { Stage } from './stage.ts';

const built = buildShim();
if ('missing' in built) process.stderr.write(`Failing calls is not tested: ${built.missing}.\n`);
const shim = 'path' in built ? built.path : '';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.prepare();
}, 120_000);
afterAll(() => stage.remove());

/** Delivers until one is refused because the log cannot be written. Returns whether one was. */
async function untilRefused(loader: Loader, most: number): Promise<boolean> {
  for (let n = 0; n < most; n += 1)
    try {
      await loader.deliver();
    } catch (error) {
      expect(error).toMatchObject({ code: 'log_unwritable' });
      return true;
    }
  return false;
}

/** The server says why it does not write, and reads go on. */
async function saysWhy(server: ServerProcess, why: RegExp): Promise<void> {
  expect(await readiness(server.origin)).toEqual({
    status: 503,
    sentence: expect.stringMatching(why) as string,
  });
  const headers = { cookie: stage.admin.cookie };
  expect((await fetch(`${server.origin}/log/checkpoint`, { headers })).status).toBe(200);
  const [browser] = stage.browsers;
  await expect(stage.admin.ask(browser!, { console: 'queue', seconds: 900 })).rejects.toMatchObject({
    code: 'log_unwritable',
  });
}

describe.skipIf(shim === '')('case 55: a call that fails', { timeout: 300_000 }, () => {
  const next = random(Date.now());
  const from = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const faults: Fault[] = [
    { kind: 'sync', n: 3, how: 'EIO' },
    { kind: 'sync', n: 4, how: 'EIO' },
    { kind: 'sync', n: from(5, 12), how: 'EIO' },
    { kind: 'write', n: from(2, 60), how: 'EIO' },
    { kind: 'write', n: from(2, 60), how: 'ENOSPC' },
    { kind: 'write', n: from(2, 60), how: 'short' },
    { kind: 'write', n: from(2, 60), how: 'full' },
  ];

  test.each(faults)(
    '$kind $n, $how: no acknowledgement of what is not on the disk, clean recovery',
    async (fault) => {
      const folder = stage.copy();
      const disk = new Disk(folder);
      const journal = `${folder}.journal`;
      const server = stage.serve({ folder, env: shimmed({ shim, folder, journal, fault }) });
      const [loader] = stage.loaders();
      if (!loader) throw new Error('no browser');
      // A start that fails acknowledges nothing either.
      if (await server.ready) {
        const refused = await untilRefused(loader, 12);
        const lasts = fault.kind === 'sync' || fault.how === 'full';
        if (refused && lasts) await saysWhy(server, /Writing stopped|could not be written/);
      }
      await server.kill();
      disk.replay(journal);
      expect(disk.faults).toBe(1);
      const lost = `${folder}.lost`;
      disk.lose(lost);
      await startAndCheck(stage, lost, loader.receipts);
      await startAndCheck(stage, folder, loader.receipts);
    },
  );
});

const mounted = mountTiny();
if (!mounted) process.stderr.write('A full disk is not tested: mounting a small file system takes root.\n');
function mountTiny(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const at = mkdtempSync(join(tmpdir(), 'countersign-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', at], { stdio: 'ignore' });
    return at;
  } catch {
    rmSync(at, { recursive: true });
    return undefined;
  }
}

describe.skipIf(!mounted)('case 56: a disk that is full', { timeout: 300_000 }, () => {
  const disk = mounted ?? '';
  afterAll(() => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  test('a 503 that says why, no new grants, reads work; with room again, writing goes on', async () => {
    const folder = stage.copy(disk);
    const server = await stage.serve({ folder }).listening();
    const [loader] = stage.loaders();
    if (!loader) throw new Error('no browser');
    try {
      await loader.deliver();
      const ballast = join(disk, 'ballast');
      for (let size = 12 << 20; size >= 1024; size >>= 1)
        for (let n = 0; n < 3; n += 1)
          try {
            writeFileSync(`${ballast}-${size}-${n}`, Buffer.alloc(size));
          } catch {
            break; // as much as fits
          }
      expect(await untilRefused(loader, 3000)).toBe(true);
      await saysWhy(server, /full/);
      execFileSync('sh', ['-c', `rm ${ballast}-*`]);
      await loader.deliver();
      expect(await readiness(server.origin)).toEqual({ status: 200, sentence: 'ready' });
    } finally {
      await server.stop();
    }
    await startAndCheck(stage, folder, loader.receipts);
  });
});
