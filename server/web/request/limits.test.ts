import { expect, test } from 'vitest';
import type { RequestView } from '#shared/wire/views.ts';
import { lower, shorter } from './limits.ts';

test('a duration can stay or shrink, never grow', () => {
  for (const asked of [60, 300, 1800, 2000, 86_400]) {
    const offered = shorter(asked);
    expect(offered.at(-1)).toBe(asked);
    expect(Math.max(...offered)).toBe(asked);
    expect(offered).toEqual(offered.toSorted((a, b) => a - b));
  }
});

const rule = {
  name: 'on-call',
  who: [],
  consoles: [],
  levels: ['view', 'change'],
  longest: 3600,
  decides: [],
};
const asked = (level: 'view' | 'change', more = '') => ({ level, extends: more }) as RequestView;

test('a level can be lowered only where the rule has the lower one, and never in the middle of a session', () => {
  expect(lower(asked('change'), rule)).toEqual(['view', 'change']);
  expect(lower(asked('change'), { ...rule, levels: ['change'] })).toEqual(['change']);
  expect(lower(asked('change'), undefined)).toEqual(['change']);
  expect(lower(asked('change', 'grant'), rule)).toEqual(['change']);
  expect(lower(asked('view'), rule)).toEqual(['view']);
});
