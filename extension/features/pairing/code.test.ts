import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { shortCode } from './code.ts';

/** The same by another way: bits of the digest, five at a time. */
function expected(publicKey: Uint8Array, ticket: Uint8Array): string {
  const digest = createHash('sha256')
    .update('countersign/code/v1\n')
    .update(publicKey)
    .update(ticket)
    .digest();
  const bits = Array.from(digest.subarray(0, 5), (byte) => byte.toString(2).padStart(8, '0')).join('');
  const signs = (bits.match(/.{5}/g) ?? []).map(
    (five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(five, 2)],
  );
  return `${signs.slice(0, 4).join('')}-${signs.slice(4).join('')}`;
}

test('the short code comes from key and ticket', () => {
  for (let n = 0; n < 50; n += 1) {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const ticket = crypto.getRandomValues(new Uint8Array(32));
    expect(shortCode(toBase64url(key), toBase64url(ticket))).toBe(expected(key, ticket));
  }
  const zero = toBase64url(new Uint8Array(32));
  const one = toBase64url(new Uint8Array(32).fill(1));
  expect(shortCode(zero, one)).not.toBe(shortCode(one, zero));
});
