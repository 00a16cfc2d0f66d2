import { expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { pairingCode } from './code.ts';

const key = toBase64url(new Uint8Array(32).fill(1));
const ticket = toBase64url(new Uint8Array(32).fill(2));

// The expected value was computed apart from this code:
// printf 'countersign/code/v1\n' ‖ 32×01 ‖ 32×02 | sha256sum, its first 40 bits by hand in Crockford's alphabet.
test('gives the code that a separate computation gives', () => {
  expect(pairingCode(key, ticket)).toBe('0A33-5FES');
});

test('another key or another ticket gives another code', () => {
  expect(pairingCode(ticket, ticket)).not.toBe(pairingCode(key, ticket));
  expect(pairingCode(key, key)).not.toBe(pairingCode(key, ticket));
});
