import { expect, test } from 'vitest';
import { killUnderLoad } from './kills.ts';
import { seed, seeded } from './random.ts';

test(
  `case 54: 6 x kill -9 of the real server under load: nothing acknowledged is lost or doubled, fsck is clean (${seeded})`,
  { timeout: 180_000 },
  async () => {
    const tally = await killUnderLoad({ kills: 6, seed });
    expect(tally.kills).toBe(6);
    expect(tally.acknowledged).toBeGreaterThan(6);
  },
);
