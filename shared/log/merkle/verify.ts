import { equal } from '#shared/bytes.ts';
import { HASH_BYTES, ProofError, emptyRoot, mustBeSize, mustEqual, nodeHash, split } from './hash.ts';
import type { Hash, Hasher } from './hash.ts';

/** No tree is deeper, so no honest proof is longer (case 60). */
const LONGEST_PROOF = 63;

function mustBeProof(proof: readonly Hash[]): void {
  if (proof.length > LONGEST_PROOF)
    throw new ProofError(`a proof of ${proof.length} hashes is longer than any tree is deep`);
  if (proof.some((hash) => hash.length !== HASH_BYTES))
    throw new ProofError('the proof holds something that is not a hash');
}

/**
 * Checks that the entry with leaf hash `leaf` is entry `index` of the tree with this size and root.
 * Returns when it holds and throws ProofError otherwise, so a caller that forgets to look still stops.
 *
 * The root is rebuilt by the recursion of RFC 6962, section 2.1.1:
 * ROOT(m, n) = SHA-256(01 ‖ ROOT(m, k) ‖ p) for m < k, SHA-256(01 ‖ p ‖ ROOT(m - k, n - k)) else; ROOT(0, 1) = leaf.
 */
export function verifyInclusion(
  sha256: Hasher,
  {
    leaf,
    index,
    size,
    root,
    proof,
  }: { leaf: Hash; index: number; size: number; root: Hash; proof: readonly Hash[] },
): void {
  mustBeSize(index, 'the index');
  mustBeSize(size, 'the size');
  mustBeProof(proof);
  if (index >= size) throw new ProofError(`entry ${index} is not in a tree of ${size}`);
  if (leaf.length !== HASH_BYTES) throw new ProofError('the leaf hash is not 32 bytes');

  const rebuild = (m: number, n: number, used: number): Hash => {
    if (n === 1) {
      if (used !== 0) throw new ProofError('the proof is longer than the tree is deep');
      return leaf;
    }
    const sibling = proof[used - 1];
    if (sibling === undefined) throw new ProofError('the proof is shorter than the tree is deep');
    const k = split(n);
    return m < k
      ? nodeHash(sha256, rebuild(m, k, used - 1), sibling)
      : nodeHash(sha256, sibling, rebuild(m - k, n - k, used - 1));
  };
  mustEqual(
    rebuild(index, size, proof.length),
    root,
    `entry ${index} is not in the tree that this root stands for`,
  );
}

/**
 * Checks that the tree of size `to` and root `newRoot` extends the one of size `from` and root `oldRoot`.
 * Returns when it holds and throws ProofError otherwise.
 *
 * Both roots are rebuilt from one proof by the recursion of RFC 6962, section 2.1.2. Every tree extends the empty
 * one, by an empty proof and nothing else (case 60).
 */
export function verifyConsistency(
  sha256: Hasher,
  {
    from,
    to,
    oldRoot,
    newRoot,
    proof,
  }: { from: number; to: number; oldRoot: Hash; newRoot: Hash; proof: readonly Hash[] },
): void {
  mustBeSize(from, 'the old size');
  mustBeSize(to, 'the new size');
  mustBeProof(proof);
  if (from > to) throw new ProofError(`a tree of ${to} cannot extend one of ${from}`);
  if (from === 0) mustEqual(oldRoot, emptyRoot(sha256), 'the old root is not that of the empty tree');
  if (from === to) mustEqual(newRoot, oldRoot, 'two trees of one size have different roots');
  if (from === 0 || from === to) {
    if (proof.length > 0) throw new ProofError('there is nothing to prove here, yet the proof holds hashes');
    if (from === 0 && newRoot.length !== HASH_BYTES) throw new ProofError('the new root is not 32 bytes');
    return;
  }

  /** Old and new hash over the entries of the subtree, `whole` while the old tree is the subtree's own left edge. */
  const rebuild = (m: number, n: number, whole: boolean, used: number): [old: Hash, now: Hash] => {
    if (m === n) {
      if (used !== (whole ? 0 : 1)) throw new ProofError('the proof has the wrong number of hashes');
      const shared = whole ? oldRoot : proof[0];
      if (shared === undefined) throw new Error('the count of hashes was just checked');
      return [shared, shared];
    }
    const sibling = proof[used - 1];
    if (sibling === undefined) throw new ProofError('the proof has the wrong number of hashes');
    const k = split(n);
    if (m <= k) {
      const [old, now] = rebuild(m, k, whole, used - 1);
      return [old, nodeHash(sha256, now, sibling)];
    }
    const [old, now] = rebuild(m - k, n - k, false, used - 1);
    return [nodeHash(sha256, sibling, old), nodeHash(sha256, sibling, now)];
  };
  const [old, now] = rebuild(from, to, true, proof.length);
  if (!equal(old, oldRoot)) throw new ProofError('the proof does not lead to the old root');
  if (!equal(now, newRoot)) throw new ProofError('the new tree does not extend the old one');
}
