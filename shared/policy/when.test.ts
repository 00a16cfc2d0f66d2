import { describe, expect, test } from 'vitest';
import { isZone, sayWhen, within, weekdays } from './when.ts';

const at = (text: string) => Date.parse(text);
const hours = { days: ['mon' as const, 'tue' as const], from: '08:00', to: '18:00', zone: 'Europe/Berlin' };

describe('a window', () => {
  test('begins at from and ends before to, on its own clock', () => {
    // Monday; Berlin is an hour ahead of UTC in winter.
    expect(within(hours, at('2026-11-23T06:59:59.999Z'))).toBe(false);
    expect(within(hours, at('2026-11-23T07:00:00Z'))).toBe(true);
    expect(within(hours, at('2026-11-23T16:59:59.999Z'))).toBe(true);
    expect(within(hours, at('2026-11-23T17:00:00Z'))).toBe(false);
    expect(within(hours, at('2026-11-25T12:00:00Z'))).toBe(false);
  });

  test('follows summer time', () => {
    // Monday in July: two hours ahead.
    expect(within(hours, at('2026-07-20T06:00:00Z'))).toBe(true);
    expect(within(hours, at('2026-07-20T16:00:00Z'))).toBe(false);
  });

  test('the day is the day of its zone', () => {
    // Sunday 23:30 UTC is Monday 08:30 in Tokyo.
    expect(within({ ...hours, zone: 'Asia/Tokyo' }, at('2026-11-22T23:30:00Z'))).toBe(true);
  });

  test('past midnight belongs to the day on which it begins', () => {
    const night = { ...hours, days: ['mon' as const], from: '22:00', to: '06:00', zone: 'UTC' };
    expect(within(night, at('2026-11-23T21:59:00Z'))).toBe(false);
    expect(within(night, at('2026-11-23T22:00:00Z'))).toBe(true);
    expect(within(night, at('2026-11-24T05:59:00Z'))).toBe(true);
    expect(within(night, at('2026-11-24T06:00:00Z'))).toBe(false);
    expect(within(night, at('2026-11-23T05:59:00Z'))).toBe(false);
    expect(within(night, at('2026-11-24T22:00:00Z'))).toBe(false);
  });

  test('midnight and the last minute are inside a whole day', () => {
    const whole = { days: [...weekdays], from: '00:00', to: '24:00', zone: 'UTC' };
    expect(within(whole, at('2026-11-23T00:00:00Z'))).toBe(true);
    expect(within(whole, at('2026-11-23T23:59:59.999Z'))).toBe(true);
    expect(sayWhen(whole)).toBe('every day from 00:00 to 24:00 (UTC)');
  });

  test('case 74: the zone of the machine makes no difference', () => {
    const before = process.env['TZ'];
    const moments = Array.from({ length: 48 }, (_, hour) => at('2026-11-23T00:00:00Z') + hour * 3_600_000);
    const answers = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles'].map((zone) => {
      process.env['TZ'] = zone;
      return moments.map((moment) => within(hours, moment));
    });
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('zones', () => {
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(isZone('Mars/Olympus')).toBe(false);
    expect(isZone('')).toBe(false);
  });
});
