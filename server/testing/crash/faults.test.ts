import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startAndCheck } from './check.ts';
import { meetFault, saysWhy, serving, settingUp } from './faults.ts';
import type { Loader } from './load.ts';
import { type ServerProcess, readiness } from './process.ts';
import { random, seed, seeded } from './random.ts';
import { lacking } from '../lacking.ts';
import { type Fault, buildShim, shimmed } from './shim.ts';
import { SmallDisk } from './small-disk.ts';
import { Stage } from './stage.ts';

const built = buildShim();
if ('missing' in built) lacking(`Failing calls is not tested: ${built.missing}.`);
const shim = 'path' in built ? built.path : '';

const ready = { status: 200, sentence: 'ready' };
const patience = { timeout: 20_000 };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.prepare();
}, 120_000);
afterAll(() => stage.remove());

// A few of those that `npm run crash -- --faults` tries one and all.
describe.skipIf(shim === '')(`case 55: a call that fails (${seeded})`, { timeout: 300_000 }, () => {
  const next = random(seed);
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
      expect(await meetFault(shim, serving(stage), fault)).toBe(true);
    },
  );

  test.each<Fault>([
    { kind: 'call', n: 40, how: 'KILL' },
    { kind: 'write', n: 30, how: 'ENOSPC' },
    { kind: 'rename', n: 2, how: 'EIO' },
  ])('$kind $n, $how, in the very first start: the next one begins anew', async (fault) => {
    expect(await meetFault(shim, settingUp(stage), fault)).toBe(true);
  });

  /** Signs in anew, and goes on with the sign-in that every copy of the stage has. */
  async function signIn(): Promise<void> {
    const { admin } = stage;
    const { cookie } = admin;
    admin.cookie = ''; // else the new sign-in would take the place of that one
    await admin.signIn().finally(() => (admin.cookie = cookie));
  }
  /** One that writes nothing else than its WAL, whose start takes 3 writes and 2 syncs of it. */
  const wal = (folder: string, fault: Fault): Record<string, string> =>
    shimmed({ shim, folder: join(folder, 'countersign.db-wal'), journal: `${folder}.journal`, fault });

  test('a sign-in that finds no room (case 56): 503 that says why, and it goes on by itself', async () => {
    const folder = stage.copy();
    const env = wal(folder, { kind: 'write', n: 4, how: 'ENOSPC' });
    const server = await stage.serve({ folder, env }).listening();
    try {
      await expect(signIn()).rejects.toMatchObject({ code: 'log_unwritable' });
      expect(await readiness(server.origin)).toMatchObject({
        status: 503,
        sentence: expect.stringMatching(/could not be written: .*full/) as string,
      });
      await expect.poll(() => readiness(server.origin), patience).toEqual(ready);
      await signIn();
    } finally {
      await server.kill();
    }
    await startAndCheck(stage, folder, []);
  });

  test('a sign-in that the disk fails: 503 that says why, nothing is written any more, reads work', async () => {
    const folder = stage.copy();
    const env = wal(folder, { kind: 'sync', n: 3, how: 'EIO' });
    const server = await stage.serve({ folder, env }).listening();
    try {
      await expect(signIn()).rejects.toMatchObject({ code: 'log_unwritable' });
      await saysWhy(stage, server, /Writing stopped: disk I\/O error/);
    } finally {
      await server.kill();
    }
    await startAndCheck(stage, folder, []);
  });

  test('no file to take the folder with: the server does not start, and says what to do', async () => {
    const folder = stage.bare();
    const fault = { kind: 'open', n: 1, how: 'ENOSPC' } as const;
    const env = shimmed({ shim, folder: join(folder, 'in-use'), journal: `${folder}.journal`, fault });
    const server = stage.serve({ folder, env });
    expect(await server.ready).toBe(false);
    expect(server.said).toMatch(/^The data folder \S+ cannot be used: .+ See whether its disk is full/);
  });

  test('a lock without room, which some disks need to write over a block: writing goes on by itself', async () => {
    const folder = stage.copy();
    const fault = { kind: 'write', n: 2, how: 'ENOSPC' } as const;
    const env = shimmed({ shim, folder: join(folder, 'log.lock'), journal: `${folder}.journal`, fault });
    const server = await stage.serve({ folder, env }).listening();
    const [loader] = stage.loaders();
    if (!loader) throw new Error('no browser');
    try {
      await loader.deliver();
      await expect(loader.deliver()).rejects.toMatchObject({ code: 'log_unwritable' });
      expect(await readiness(server.origin)).toMatchObject({
        status: 503,
        sentence: expect.stringMatching(/lock file could not be written: ENOSPC/) as string,
      });
      await expect.poll(() => readiness(server.origin), patience).toEqual(ready);
      await loader.deliver();
    } finally {
      await server.kill();
    }
    await startAndCheck(stage, folder, loader.receipts);
  });
});

const disk = await SmallDisk.mount(12);
if (!disk) lacking('A full disk is not tested: mounting a small file system takes root.');

describe.skipIf(!disk)('case 56: a disk that is full', { timeout: 300_000 }, () => {
  const { path = '', within = '', pid = 0 } = disk ?? {};
  const data = join(path, 'data');
  const serve = (): ServerProcess => stage.serve({ folder: join(within, 'data'), beside: pid });
  let loader: Loader;
  beforeEach(() => {
    cpSync(stage.copy(), data, { recursive: true });
    [loader] = stage.loaders() as [Loader];
  });
  afterEach(() => rmSync(data, { recursive: true }));
  afterAll(() => disk?.unmount());

  test('a 503 that says why, no new grants, reads work; with room again, writing goes on by itself', async () => {
    const server = await serve().listening();
    const deliverUntilRefused = async (): Promise<void> => {
      for (let n = 0; n < 3000; n += 1) await loader.deliver();
    };
    try {
      await loader.deliver();
      const free = fill(path);
      await expect(deliverUntilRefused()).rejects.toMatchObject({ code: 'log_unwritable' });
      await saysWhy(stage, server, /full/);
      // A command that appends nothing takes no room, so it shows nothing.
      await stage.admin.ask(stage.browsers[0]!, { console: 'queue', seconds: 1e6 }).catch(() => undefined);
      await saysWhy(stage, server, /full/);
      free();
      // By itself: behind a balancer that looks at /readyz nobody would send anything.
      await expect.poll(() => readiness(server.origin), patience).toEqual(ready);
      await loader.deliver();
    } finally {
      await server.stop();
    }
    await startAndCheck(stage, stage.copy(data), loader.receipts);
  });

  test('full already when the server starts again: the same, before anybody wanted to write', async () => {
    const crashed = await serve().listening();
    await loader.deliver();
    await crashed.kill(); // its WAL stays, so that there is something to start on
    const free = fill(path);
    const server = await serve().listening();
    try {
      await saysWhy(stage, server, /full/);
      free();
      await expect.poll(() => readiness(server.origin), patience).toEqual(ready);
      await loader.deliver();
    } finally {
      await server.stop();
    }
    await startAndCheck(stage, stage.copy(data), loader.receipts);
  });

  test('no room to open the database at all: the server does not start, and says what to do', async () => {
    const free = fill(path);
    const server = serve();
    expect(await server.ready).toBe(false);
    expect(server.said).toMatch(
      /^The data folder \S+ cannot be used: .+\. See whether its disk is full, .+\n$/,
    );
    free();
    await startAndCheck(stage, stage.copy(data), []);
  });
});

/** Writes files until no kilobyte is left. Returns how to remove them. */
function fill(folder: string): () => void {
  const files: string[] = [];
  for (let size = 16 << 20; size >= 1024; size >>= 1)
    try {
      for (;;) {
        const file = join(folder, `ballast-${files.length}`);
        files.push(file);
        writeFileSync(file, Buffer.alloc(size));
      }
    } catch {
      // Not that much; perhaps half of it.
    }
  return () => files.forEach((file) => rmSync(file, { force: true }));
}
