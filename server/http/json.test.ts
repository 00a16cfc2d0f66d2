import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseStrictly } from './json.ts';

describe('case 49: the JSON of a call', () => {
  test.each([
    ['{"a":1,"a":1}', /"a" twice/],
    ['{"x":[{"b":{}, "c":"}", "b" :2}]}', /"b" twice/],
    ['{"a":1,"\\u0061":1}', /"a" twice/],
    ['{"\\"":1,"\\"":2}', /""" twice/],
    ['{"":1,"":2}', /"" twice/],
    ['{"x":{"__proto__":{}}}', /__proto__/],
    ['{"\\u005f_proto__":1}', /__proto__/],
    [`${'['.repeat(33)}${']'.repeat(33)}`, /more than 32 levels/],
    [`${'['.repeat(250_000)}${']'.repeat(250_000)}`, /more than 32 levels/],
    [`${'{"a":'.repeat(80_000)}1${'}'.repeat(80_000)}`, /more than 32 levels/],
    ['{"a":1', /not JSON/],
    ['', /not JSON/],
  ])('%.40s is refused', (text, reason) => {
    expect(() => parseStrictly(text)).toThrow(reason);
  });

  test.each([
    '{"a":{"a":{"a":"a"}},"b":["a","a",{"a":1}]}',
    '{"a":"\\"a\\":","b":"{\\\\"}',
    `${'['.repeat(32)}${']'.repeat(32)}`,
    '"a"',
  ])('%s is read', (text) => {
    expect(parseStrictly(text)).toEqual(JSON.parse(text));
  });

  prop.prop([fc.json({ maxDepth: 8 })])('whatever else is JSON is read as it is', (text) => {
    const value: unknown = JSON.parse(text);
    const plain = JSON.stringify(value);
    if (!plain.includes('__proto__')) expect(parseStrictly(plain)).toEqual(value);
  });
});
