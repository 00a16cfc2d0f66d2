import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 as plain } from '#shared/log/merkle/sha256.ts';
import { sha256 } from './sha256.ts';

test('hashes its parts one after the other, whatever their lengths, like the browser and like OpenSSL', () => {
  for (const lengths of [
    [],
    [0],
    [1],
    [0, 0],
    [1, 32, 32],
    [32, 33],
    [1, 65_535],
    [40_000, 40_000],
    [64, 1],
  ]) {
    const parts = lengths.map((length) => new Uint8Array(randomBytes(length)));
    const expected = new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
    expect(sha256(...parts)).toEqual(expected);
    expect(plain(...parts)).toEqual(expected);
  }
});

test('a digest is its own memory: the next one leaves it alone', () => {
  const first = sha256(Uint8Array.of(1), new Uint8Array(64));
  const kept = first.slice();
  sha256(Uint8Array.of(2), new Uint8Array(64));
  expect(first).toEqual(kept);
});
