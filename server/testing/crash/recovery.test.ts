import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meetFault } from './faults.ts';
import { finishing, preparing, touching } from './recovery.ts';
import { lacking } from '../lacking.ts';
import { type Fault, buildShim } from './shim.ts';
import { Stage } from './stage.ts';

const built = buildShim();
if ('missing' in built) lacking(`Crashes of a recovery are not tested: ${built.missing}.`);
const shim = 'path' in built ? built.path : '';

// A few of those that `npm run crash -- --faults` tries one and all.
describe.skipIf(shim === '')('a crash within a recovery', { timeout: 120_000 }, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.prepare();
  }, 60_000);
  afterAll(() => stage.remove());

  test.each<[string, typeof preparing, Fault['kind'], number]>([
    ['countersign recover, while it destroys the key of an earlier one', preparing, 'unlink', 2],
    ['countersign recover, before its new key has a name', preparing, 'rename', 1],
    ['the second touch, before the new lock takes the place of the old one', touching, 'rename', 3],
    ['the second touch, while it destroys the old key', touching, 'unlink', 1],
    ['the second touch, before the new key takes the place of the old one', touching, 'rename', 4],
    ['the start after both touches, between the new lock and the entry', finishing, 'sync', 5],
  ])('%s: refused as before or recovered, and it goes on', async (_, act, kind, n) => {
    expect(await meetFault(shim, await act(stage), { kind, n, how: 'KILL' })).toBe(true);
  });
});
