import { hash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { toHex, utf8 } from '#shared/bytes.ts';
import { sha256 } from './sha256.ts';

describe('sha256', () => {
  test('the examples of FIPS 180-4', () => {
    expect(toHex(sha256(utf8('')))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(toHex(sha256(utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });

  test('every length around the block borders equals node:crypto', () => {
    for (let length = 0; length <= 260; length += 1) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      expect(toHex(sha256(data))).toBe(hash('sha256', data));
    }
  });

  test.prop([fc.uint8Array({ maxLength: 5000 }), fc.nat(7)])(
    'any bytes equal node:crypto, views included',
    (data, skip) => {
      const view = data.subarray(Math.min(skip, data.length));
      expect(toHex(sha256(view))).toBe(hash('sha256', view));
    },
  );
});
