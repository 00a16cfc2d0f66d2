import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration, sayDuration } from './duration.ts';

describe('durations', () => {
  test.each([
    ['PT15M', 900],
    ['PT1H30M', 5_400],
    ['P1D', 86_400],
    ['P1DT2H3M4S', 93_784],
    ['PT90M', 5_400],
    ['PT0S', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    '1h',
    'pt1h',
    'P1M',
    'P1W',
    'P1Y',
    '-PT1H',
    'PT1.5H',
    'PT1M1H',
    ' PT1H',
    'PT1H\n',
    'PT1234567S',
    'PT１H',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  property.prop([fc.nat({ max: 90 * 86_400 })])('formatting and parsing undo each other', (seconds) => {
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  });

  test('words for people', () => {
    expect(sayDuration(5_400)).toBe('1 hour 30 minutes');
    expect(sayDuration(86_401)).toBe('1 day 1 second');
    expect(sayDuration(0)).toBe('0 seconds');
  });
});
