import { equal } from '#shared/bytes.ts';

/**
 * SHA-256 of the parts one after the other, 32 bytes. The server passes node:crypto's, the browser `sha256` of this
 * folder. Parts, because putting prefix and data together costs more than hashing them where it is not done in place.
 */
export type Hasher = (...parts: readonly Uint8Array[]) => Uint8Array;

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

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** MTH({}) = SHA-256(): the root of the empty tree (RFC 6962, section 2.1). */
export const emptyRoot = (sha256: Hasher): Hash => sha256();

/** MTH({d}) = SHA-256(0x00 ‖ d): a leaf (RFC 6962, section 2.1). */
export const leafHash = (sha256: Hasher, data: Uint8Array): Hash => sha256(LEAF, data);

/** MTH(D[n]) = SHA-256(0x01 ‖ left ‖ right): an inner node (RFC 6962, section 2.1). */
export const nodeHash = (sha256: Hasher, left: Hash, right: Hash): Hash => sha256(NODE, left, right);

/** The same from 64 bytes, left ‖ right. */
export const pairHash = (sha256: Hasher, pair: Uint8Array): Hash => sha256(NODE, pair);

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
