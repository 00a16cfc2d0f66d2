import { expect, test } from 'vitest';
import { sayUnconfirmed } from './words.ts';

test('only of a browser that is still paired a word is waited for', () => {
  const browser = { id: 'b', label: 'Chromium on Linux', paired: 1 };
  expect(sayUnconfirmed({ browser: { ...browser, status: 'paired' } })).toMatch(/has not confirmed yet/);
  for (const status of ['unpaired', 'suspended'] as const)
    expect(sayUnconfirmed({ browser: { ...browser, status } })).toMatch(
      /no longer paired, so it cannot confirm/,
    );
});
