import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rawEcdsa } from './ecdsa.ts';

const curves = [
  ['P-256', 32],
  ['P-384', 48],
  ['P-521', 66],
] as const;

describe.each(curves)('%s', (namedCurve, length) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });

  // OpenSSL makes and checks both spellings; 100 signatures have short and padded integers among them.
  test('DER becomes the raw form that OpenSSL takes', () => {
    for (let times = 0; times < 100; times++) {
      const data = randomBytes(8);
      const raw = rawEcdsa(sign('sha256', data, privateKey), length);
      expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    }
  });

  test('a changed structure, a cut and an added byte are refused', () => {
    const der = sign('sha256', randomBytes(8), privateKey);
    const header = (der[1] === 0x81 ? 3 : 2) + 2;
    for (let at = 0; at < header; at++)
      expect(() => rawEcdsa(der.with(at, (der[at] ?? 0) ^ 1), length), `byte ${at}`).toThrow(SyntaxError);
    expect(() => rawEcdsa(der.subarray(0, -1), length)).toThrow(SyntaxError);
    expect(() => rawEcdsa(Uint8Array.of(...der, 0), length)).toThrow(SyntaxError);
  });
});

test.each([
  ['a needless zero', '3007020200010201 01'],
  ['a negative integer', '3006020180020101'],
  ['an empty integer', '300502000201 01'],
  ['a long form that is not needed', '308106020101020101'],
  ['nothing', ''],
])('%s is refused', (_, hex) => {
  expect(() => rawEcdsa(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 32)).toThrow(SyntaxError);
});
