import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { loseUnderLoad } from './loss.ts';
import { Disk } from './power.ts';
import { readiness } from './process.ts';
import { random, seed, seeded } from './random.ts';
import { lacking } from '../lacking.ts';
import { buildShim, shimmed } from './shim.ts';
import { Stage } from './stage.ts';
import { variation } from './variation.ts';

const built = buildShim();
if ('missing' in built) lacking(`Losing what was not synced is not tested: ${built.missing}.`);
const shim = 'path' in built ? built.path : '';

const setUpLink = /\/setup#([\w-]+)\n/;

describe.skipIf(shim === '')(`what was not synced is lost (goal 11, ${seeded})`, { timeout: 180_000 }, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.prepare();
  }, 60_000);
  afterAll(() => stage.remove());

  test('nothing that was acknowledged is, and no head was shown that the lock does not hold', async () => {
    const next = random(seed);
    expect(await loseUnderLoad({ stage, shim, next, rounds: 2 })).toBeGreaterThan(0);
  });

  test('so is nothing of the set-up, the keys least of all', async () => {
    const folder = stage.bare();
    const disk = new Disk(folder);
    const journal = `${folder}.journal`;
    const server = await stage.serve({ folder, env: shimmed({ shim, folder, journal }) }).listening();
    const admin = stage.stranger();
    await admin.enrol(await server.says(setUpLink));
    const pairing = await admin.pair();
    await server.kill();
    disk.replay(journal).lose(`${folder}.lost`);
    const started = await stage.start(`${folder}.lost`);
    try {
      expect(await readiness(stage.origin)).toEqual({ status: 200, sentence: 'ready' });
      const { log } = await call(pairing.send, wire.browserState, {});
      expect(started.services.log.genesis).toBe(log.genesis);
    } finally {
      await started.close();
    }
  });

  test.each([
    [
      'a database that does not sync',
      { file: 'server/db/durable.ts', from: 'synchronous = FULL', into: 'synchronous = OFF' },
      /readyz: The database holds \d+ entries, but \d+ were signed|acknowledged and is lost/,
    ],
    [
      'a lock that does not sync',
      { file: 'server/log/lock.ts', from: 'await this.#file.datasync();', into: '' },
      /a checkpoint over \d+ was shown, and the lock holds one over \d+/,
    ],
  ])('%s fails this very test', async (_, change, sentence) => {
    const copy = mkdtempSync(`${tmpdir()}/countersign-variation-`);
    try {
      const tree = variation(copy, change);
      const next = random(seed);
      await expect(loseUnderLoad({ stage, shim, next, rounds: 2, tree })).rejects.toThrow(sentence);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
