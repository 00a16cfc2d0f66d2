import { test as prop, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { type Cbor as Made, cbor, looseCbor } from '../../server/testing/cbor.ts';
import { readAttestationObject, readCbor, readCborMap } from './cbor.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// Examples of RFC 8949, appendix A.
test.each([
  ['00', 0],
  ['17', 23],
  ['18 18', 24],
  ['19 03e8', 1000],
  ['1a 000f4240', 1_000_000],
  ['1b 000000e8d4a51000', 1_000_000_000_000],
  ['38 63', -100],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['62 c3bc', '\u00fc'],
  ['43 010203', Uint8Array.of(1, 2, 3)],
  ['83 01 82 02 03 80', [1, [2, 3], []]],
  [
    'a2 61 61 01 02 03',
    new Map<string | number, number>([
      ['a', 1],
      [2, 3],
    ]),
  ],
])('%s', (text, value) => {
  expect(readCbor(hex(text))).toEqual({ value, next: hex(text).length });
});

test.each([
  ['nothing', ''],
  ['a number spelt longer than it must be', '18 17'],
  ['two bytes where one would do', '19 00ff'],
  ['four bytes where two would do', '1a 0000ffff'],
  ['a number beyond safe integers', '1b 0020000000000000'],
  ['a string of an indefinite length', '5f 41 01 ff'],
  ['a map of an indefinite length', 'bf ff'],
  ['a string that is cut off', '43 0102'],
  ['a number that is cut off', '19 03'],
  ['a key twice', 'a2 01 01 01 02'],
  ['a key that is a string of bytes', 'a1 41 01 01'],
  ['a tag', 'c0 00'],
  ['a float', 'f9 3c00'],
  ['undefined', 'f7'],
  ['nested beyond sense', '81 81 81 81 81 81 81 81 81 00'],
  ['text that is not UTF-8', '61 ff'],
])('%s is refused', (_, text) => {
  expect(() => readCbor(hex(text))).toThrow();
});

test('a map must be all there is', () => {
  expect(readCborMap(hex('a0')).size).toBe(0);
  expect(() => readCborMap(hex('a0 00'))).toThrow(SyntaxError);
  expect(() => readCborMap(hex('80'))).toThrow(SyntaxError);
});

const scalar: fc.Arbitrary<Made> = fc.oneof(
  fc.integer({ min: -65_536, max: 65_535 }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
);
prop.prop([fc.array(fc.tuple(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.string()), scalar))])(
  'what another writer made is read back',
  (pairs) => {
    const map = new Map<string | number, Made>(pairs);
    expect(readCborMap(cbor(map))).toEqual(map);
  },
);

const objectOf = (statement: Made): Uint8Array =>
  cbor(
    new Map<string, Made>([
      ['fmt', 'any'],
      ['attStmt', statement],
      ['authData', Uint8Array.of(1, 2)],
    ]),
  );

test.each<[string, Made]>([
  ['empty', new Map()],
  ['a list of others', [new Map([['fmt', 'none']]), new Map()]],
  ['loose', looseCbor],
  ['with a name twice', { raw: hex('a2 6161 00 6161 01') }],
])('an attestation object gives its other parts whatever its statement is: %s', (_, statement) => {
  expect(readAttestationObject(objectOf(statement))).toEqual({
    format: 'any',
    authData: Uint8Array.of(1, 2),
  });
});

test.each<[string, string]>([
  ['cut off', '7f'],
  ['open for ever', 'bf'],
  ['longer than what is left', '5b 00ffffffffffffff'],
  ['of more items than what is left', '9b 001fffffffffffff'],
  ['nested without end', '81'.repeat(500)],
  ['of a reserved length', '1c'],
])('a statement that is %s is refused', (_, raw) => {
  expect(() => readAttestationObject(objectOf({ raw: hex(raw) }))).toThrow(SyntaxError);
});

test.each([
  ['a part twice', 'a3 63666d74 6161 63666d74 6161 6761747453746d74 a0'],
  ['a part too few', 'a2 63666d74 6161 6761747453746d74 a0'],
  ['a name of its own', 'a3 63666d74 6161 6761747453746d74 a0 6178 4101'],
  ['something after it', 'a3 63666d74 6161 6761747453746d74 a0 686175746844617461 4101 00'],
])('an attestation object with %s is refused', (_, text) => {
  expect(() => readAttestationObject(hex(text))).toThrow(SyntaxError);
});
