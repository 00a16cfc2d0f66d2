import { expect, test } from 'vitest';
import type { WitnessesView } from '#shared/domain/witnesses/wire.ts';
import { sayPeople } from './people.ts';

const by = (handle: string, size: number): WitnessesView['browsers'][number] => ({
  browser: handle,
  label: 'Chromium on Linux',
  person: { id: handle, handle },
  size,
  time: 1,
  paired: true,
});

test.each([
  [[], 'Nobody yet. Paired browsers cosign on their own.'],
  [[by('ana', 9)], '1 person in 1 browser, up to entry 8, up to date'],
  [[by('ana', 7), by('ana', 7), by('ben', 7)], '2 people in 3 browsers, up to entry 6, 2 entries behind'],
  // Ana's other browser is further behind than Ana is.
  [
    [by('ana', 9), by('ana', 2), by('ben', 8)],
    '1 person in 1 browser, up to entry 8, up to date; all 2 people up to entry 7',
  ],
])('how far people cosigned is told of the furthest and of all of them: %#', (browsers, words) => {
  expect(sayPeople({ size: 9, browsers })).toBe(words);
});
