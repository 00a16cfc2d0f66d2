import { expect, test } from 'vitest';
import { verdictOf, withStep, type Step } from './steps.ts';

const step = (key: string, state: Step['state']): Step => ({ key, state, sentence: key });

test('a step that comes again takes its own place', () => {
  const steps = withStep([step('a', 'checking'), step('b', 'ok')], step('a', 'ok'));
  expect(steps.map(({ key, state }) => `${key} ${state}`)).toEqual(['a ok', 'b ok']);
});

test('nothing is green before the end, and one failure is red at once', () => {
  expect(verdictOf([step('a', 'ok')], false)).toBe('checking');
  expect(verdictOf([step('a', 'ok'), step('b', 'failed')], false)).toBe('failed');
  expect(verdictOf([step('a', 'ok')], true)).toBe('ok');
});

test('what could not be judged, was left unfinished or never began is never green', () => {
  expect(verdictOf([step('a', 'ok'), step('b', 'unknown')], true)).toBe('unknown');
  expect(verdictOf([step('a', 'checking')], true)).toBe('unknown');
  expect(verdictOf([], true)).toBe('unknown');
});
