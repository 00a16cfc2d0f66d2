import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { fromUtf8, utf8 } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { EntryError, decodeEnvelope, encodeEntry, makeEntry } from './codec.ts';
import { decodeEntry } from '#shared/domain/entries.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));

const caughtFrom = (bytes: Uint8Array): unknown => {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    return error;
  }
};

const good = '{"body":{"a":1},"rand":"AAAAAAAAAAAAAAAAAAAAAA","time":5,"type":"a.b","v":1}';

describe('entries as bytes', () => {
  test.prop([plain.object, fc.nat()])('what is written is read back, in canonical JSON', (body, time) => {
    const bytes = encodeEntry('some.type', time, body);
    expect(decodeEnvelope(bytes)).toMatchObject({ v: 1, type: 'some.type', time, body });
    expect(fromUtf8(bytes)).toMatch(
      /^\{"body":.*,"rand":"[\w-]{22}","time":\d+,"type":"some.type","v":1\}$/s,
    );
  });

  test('two entries of the same content differ in 16 random bytes', () => {
    const [a, b] = [encodeEntry('x', 1, {}), encodeEntry('x', 1, {})].map(decodeEnvelope);
    expect(a!.rand).not.toBe(b!.rand);
  });

  test('65,535 bytes pass, one more is refused', () => {
    const frame = encodeEntry('x', 1, { text: '' }).length;
    expect(encodeEntry('x', 1, { text: 'a'.repeat(65_535 - frame) })).toHaveLength(65_535);
    expect(() => encodeEntry('x', 1, { text: 'a'.repeat(65_536 - frame) })).toThrow(new Refusal('too_large'));
  });

  test('what has no single meaning is refused before it is written', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const value of [null, undefined, 1.5, -0, 2 ** 53, Number.NaN, 10n, '\ud800', () => 0, circle])
      expect(() => encodeEntry('x', 1, { value })).toThrow(Refusal);
    expect(() => encodeEntry('x', 1, JSON.parse('{"__proto__":{"a":1}}') as object)).toThrow(Refusal);
  });

  test('case 49: every other spelling of an entry is refused', () => {
    expect(decodeEnvelope(utf8(good)).body).toEqual({ a: 1 });
    const spellings = [
      good.replace('"a":1', '"a":1,"a":1'),
      good.replace('"a":1', '"a": 1'),
      good.replace('"a":1', '"a":1.0'),
      good.replace('"a":1', '"a":null'),
      good.replace('"a":1', '"\\u0061":1'),
      good.replace('"a":1', '"__proto__":1'),
      good.replace('"a":1', `"a":${'['.repeat(40)}${']'.repeat(40)}`),
      good.replace('"a":1', `"a":${'['.repeat(30_000)}${']'.repeat(30_000)}`),
      ...['0', '-1', '1.5', '"1"'].map((v) => good.replace('"v":1', `"v":${v}`)),
      good.replace('"v":1', '"v":1,"w":1'),
      good.replace('a.b', 'A'),
      good.replace('AAAAAA"', 'AAAAAB"'),
      `\ufeff${good}`,
      `${good}\n`,
      good.slice(0, -1),
      '[]',
      '',
    ];
    for (const text of spellings)
      expect(() => decodeEnvelope(utf8(text)), text.slice(0, 100)).toThrow(EntryError);
    expect(() => decodeEnvelope(Uint8Array.of(...utf8(good), 0xff))).toThrow(EntryError);
    expect(() => decodeEnvelope(new Uint8Array(65_536))).toThrow('longer');
  });

  test('an unknown version of a known type is a later version’s', () => {
    const { bytes } = makeEntry('attempt.refused', 1, { what: 'touch', why: 'used' }, 2);
    expect(caughtFrom(bytes)).toMatchObject({
      newer: true,
      message: 'an entry is of version 2 of type attempt.refused, which this version does not know',
    });
  });

  test('an unknown type is told apart from a wrong body', () => {
    expect(caughtFrom(encodeEntry('from.tomorrow', 1, {}))).toMatchObject({
      name: 'EntryError',
      newer: true,
    });
    expect(caughtFrom(encodeEntry('toString', 1, {}))).toMatchObject({
      name: 'EntryError',
      newer: false,
    });
    expect(caughtFrom(encodeEntry('policy.loaded', 1, { hash: 'x' }))).toMatchObject({
      name: 'EntryError',
      newer: false,
    });
    expect(caughtFrom(encodeEntry('attempt.refused', 1, { what: 'touch', why: 'used' }))).toMatchObject({
      body: { what: 'touch', why: 'used' },
    });
  });
});
