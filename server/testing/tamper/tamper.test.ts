import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutations } from './mutations.ts';
import { type Outcome, tamper } from './tamper.ts';
import { type Victim, makeVictim } from './victim.ts';

let victim: Victim;
beforeAll(async () => {
  victim = await makeVictim();
});
afterAll(() => rmSync(victim.folder, { recursive: true }));

// `npm run tamper -- --mutations 10000` is the long form.
test(
  'cases 58, 59, 61, 63: each of 250 random mutations is found, or changed nothing',
  { timeout: 120_000 },
  async () => {
    const outcomes: Outcome[] = [];
    for await (const outcome of tamper(victim, 250, 1)) outcomes.push(outcome);
    const wrong = outcomes.filter(
      ({ detector, isIndexRight }) => detector === 'MISSED' || isIndexRight === false,
    );
    expect(wrong).toEqual([]);
    const detectors = new Set(outcomes.map(({ detector }) => detector));
    expect([...detectors].sort()).toEqual(['fold', 'fsck', 'lock', 'nothing', 'witness']);
    expect(new Set(outcomes.map(({ kind }) => kind)).size).toBe(Object.keys(mutations).length);
  },
);
