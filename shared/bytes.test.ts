import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { fromBase64url, random, toBase64, toBase64url } from './bytes.ts';

test.prop([fc.uint8Array({ maxLength: 200 })])(
  'base64url is base64 in another alphabet, and reads back',
  (bytes) => {
    const text = toBase64url(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64url'));
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(fromBase64url(text)).toEqual(new Uint8Array(bytes));
  },
);

test('random bytes come once: over many draws no 16 of them repeat, whatever was drawn between', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i += 1) {
    seen.add(toBase64url(random(16)));
    random(i % 70);
  }
  expect(seen.size).toBe(5000);
  expect(random(10_000)).toHaveLength(10_000);
});
