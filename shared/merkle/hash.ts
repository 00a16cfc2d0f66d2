import { equal } from '#shared/bytes.ts';

/** SHA-256. The server passes node:crypto's, the browser `sha256` of this folder. */
export type Hasher = (data: Uint8Array) => Uint8Array;

/** 32 bytes. */
export type Hash = Uint8Array;

export const HASH_BYTES = 32;

/** A size, index, tile or proof from outside that does not hold. The sentence says which part. */
export class ProofError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'ProofError';
  }
}

/** MTH({}) = SHA-256(): the root of the empty tree (RFC 6962, section 2.1). */
export const emptyRoot = (sha256: Hasher): Hash => sha256(new Uint8Array(0));

/** MTH({d}) = SHA-256(0x00 ‖ d): a leaf (RFC 6962, section 2.1). */
export function leafHash(sha256: Hasher, data: Uint8Array): Hash {
  const input = new Uint8Array(1 + data.length);
  input.set(data, 1);
  return sha256(input);
}

/** MTH(D[n]) = SHA-256(0x01 ‖ left ‖ right): an inner node (RFC 6962, section 2.1). */
export function nodeHash(sha256: Hasher, left: Hash, right: Hash): Hash {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** Throws ProofError unless the two are the same bytes. */
export function mustEqual(a: Hash, b: Hash, sentence: string): void {
  if (!equal(a, b)) throw new ProofError(sentence);
}

/** Tree sizes and indexes are safe integers from 0; anything else from outside is refused. */
export function mustBeSize(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ProofError(`${name} is not a whole number from 0 to 2^53 - 1`);
}

/** The largest power of two below `n`, for n of at least 2: where RFC 6962 splits a tree. */
export function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
