import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meetFault } from './faults.ts';
import { confirming, rotateCommand, settling } from './rotation.ts';
import { lacking } from '../lacking.ts';
import { type Fault, buildShim } from './shim.ts';
import { Stage } from './stage.ts';

const built = buildShim();
if ('missing' in built) lacking(`Crashes of a rotation are not tested: ${built.missing}.`);
const shim = 'path' in built ? built.path : '';

// A few of those that `npm run crash -- --faults` tries one and all.
describe.skipIf(shim === '')('a crash within a rotation', { timeout: 120_000 }, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.prepare();
  }, 60_000);
  afterAll(() => stage.remove());

  test.each<[string, typeof confirming, Fault]>([
    [
      'countersign log rotate, while it destroys the key that waited',
      rotateCommand,
      { kind: 'unlink', n: 2, how: 'KILL' },
    ],
    [
      'the touch that rotates, while it destroys the old log key',
      confirming,
      { kind: 'unlink', n: 2, how: 'KILL' },
    ],
    [
      'the touch that rotates, with an old log key that cannot be removed',
      confirming,
      { kind: 'unlink', n: 2, how: 'EIO' },
    ],
    [
      'the touch that rotates, before the new lease key takes its place',
      confirming,
      { kind: 'rename', n: 1, how: 'KILL' },
    ],
    [
      'the start after it, before the new lease key takes its place',
      settling,
      { kind: 'rename', n: 2, how: 'KILL' },
    ],
  ])('%s: the keys before or those after, and it goes on', async (_, act, fault) => {
    expect(await meetFault(shim, await act(stage), fault)).toBe(true);
  });
});
