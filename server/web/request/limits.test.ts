import { expect, test } from 'vitest';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { lower, shorter } from './limits.ts';

const now = 1_795_000_000_000;
const asked = (seconds: number, left = seconds) =>
  ({ seconds, from: now, latest: now + left * 1000 }) as RequestView;

test('a duration can stay or shrink, never grow', () => {
  for (const seconds of [60, 300, 1800, 2000, 86_400]) {
    const offered = shorter(asked(seconds));
    expect(offered.at(-1)).toBe(seconds);
    expect(Math.max(...offered)).toBe(seconds);
    expect(offered).toEqual(offered.toSorted((a, b) => a - b));
  }
});

test('where the maximum of the console leaves less than was asked, whole minutes of that are the longest', () => {
  expect(shorter(asked(3600, 1795))).toEqual([300, 600, 900, 1200, 1740]);
  expect(shorter(asked(3600, 59))).toEqual([]);
  expect(shorter(asked(3600, -30))).toEqual([]);
});

test('a level can be lowered where the server says so', () => {
  expect(lower({ level: 'change', mayLower: true } as RequestView)).toEqual(['view', 'change']);
  expect(lower({ level: 'change', mayLower: false } as RequestView)).toEqual(['change']);
});
