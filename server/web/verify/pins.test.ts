// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import { changedPin, pinned } from './pins.ts';

const seen = { logKey: 'log+1+key', genesis: 'first', now: Date.UTC(2026, 10, 23, 12) };

beforeEach(() => localStorage.clear());

test('the first key and genesis seen stay pinned, and a server that names others is told apart', () => {
  const pin = pinned(localStorage, seen);
  expect(changedPin(pin, seen)).toBeUndefined();
  const other = { logKey: 'log+2+other', genesis: 'second', now: seen.now + 86_400_000 };
  expect(pinned(localStorage, other)).toEqual(pin);
  expect(changedPin(pin, other)).toMatch(/^The log's genesis is not the one .* on 23 November 2026\. If /);
  // Whether another key follows the pinned one, the verifier judges.
  expect(changedPin(pin, { ...other, genesis: seen.genesis })).toBeUndefined();
});

test('a server that is not set up yet pins nothing', () => {
  pinned(localStorage, { ...seen, genesis: '' });
  expect(pinned(localStorage, seen).genesis).toBe('first');
});
