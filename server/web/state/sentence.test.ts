import { expect, test } from 'vitest';
import { z } from 'zod';
import { Refusal, sentences } from '#shared/errors.ts';
import { sentenceOf } from './sentence.ts';

test.each([
  'Failed to fetch',
  'NetworkError when attempting to fetch resource.',
  'Load failed',
  'network error',
  'Failed to fetch dynamically imported module: https://cs.example.com/assets/log-1.js',
  'error loading dynamically imported module: https://cs.example.com/assets/log-1.js',
])('a browser’s “%s” is told as a server that does not answer', (words) => {
  expect(sentenceOf(new TypeError(words))).toBe(sentences.unreachable);
});

test.each([
  new TypeError("Failed to construct 'Notification': Illegal constructor."),
  new TypeError("Cannot read properties of undefined (reading 'id')"),
  new RangeError('Invalid time value'),
  new DOMException('The quota has been exceeded.', 'QuotaExceededError'),
  'a text',
  new Error(''),
])('what nobody wrote for people is not shown: %s', (error) => {
  expect(sentenceOf(error)).toBe('Something went wrong in this page. Reload it and try again.');
});

test('our own sentences are', () => {
  expect(sentenceOf(new Refusal('forbidden'))).toBe(sentences.forbidden);
  expect(sentenceOf(new Error('The checkpoint could not be loaded. Try again in a moment.'))).toMatch(
    /checkpoint/,
  );
  expect(sentenceOf(z.string().safeParse(1).error)).toMatch(/^This page does not match the server/);
});
