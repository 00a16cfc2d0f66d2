import { type Hash, type Hasher, ProofError, mustBeSize, nodeHash, split } from './hash.ts';

/** Entries from `lo` up to, not including, `hi`; stands for the hash MTH(D[lo:hi]). */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

/** The hash over the 2^level entries from index · 2^level: MTH(D[index·2^level : (index+1)·2^level]). */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/**
 * The ranges whose hashes prove that entry `index` is in the tree of `size`, leaf side first.
 *
 * PATH(m, D[n]) = PATH(m, D[0:k]) : MTH(D[k:n])       for m < k
 * PATH(m, D[n]) = PATH(m - k, D[k:n]) : MTH(D[0:k])   for m >= k   (RFC 6962, section 2.1.1)
 */
export function inclusionRanges(index: number, size: number): Range[] {
  mustBeSize(index, 'the index');
  mustBeSize(size, 'the size');
  if (index >= size) throw new ProofError(`entry ${index} is not in a tree of ${size}`);
  const path: Range[] = [];
  let lo = 0;
  let hi = size;
  while (hi - lo > 1) {
    const k = lo + split(hi - lo);
    if (index < k) {
      path.push({ lo: k, hi });
      hi = k;
    } else {
      path.push({ lo, hi: k });
      lo = k;
    }
  }
  return path.reverse();
}

/**
 * The ranges whose hashes prove that the tree of `to` extends the tree of `from`. Empty when they are the same, or
 * when the old tree is empty.
 *
 * PROOF(m, D[n]) = SUBPROOF(m, D[n], true)
 * SUBPROOF(m, D[m], true) = {};  SUBPROOF(m, D[m], false) = {MTH(D[m])}
 * SUBPROOF(m, D[n], b) = SUBPROOF(m, D[0:k], b) : MTH(D[k:n])           for m <= k
 * SUBPROOF(m, D[n], b) = SUBPROOF(m - k, D[k:n], false) : MTH(D[0:k])   for m > k   (RFC 6962, section 2.1.2)
 */
export function consistencyRanges(from: number, to: number): Range[] {
  mustBeSize(from, 'the old size');
  mustBeSize(to, 'the new size');
  if (from > to) throw new ProofError(`a tree of ${to} cannot extend one of ${from}`);
  if (from === 0) return [];
  const path: Range[] = [];
  let lo = 0;
  let hi = to;
  while (from < hi) {
    const k = lo + split(hi - lo);
    if (from <= k) {
      path.push({ lo: k, hi });
      hi = k;
    } else {
      path.push({ lo, hi: k });
      lo = k;
    }
  }
  if (lo > 0) path.push({ lo, hi });
  return path.reverse();
}

/** The full subtrees that a range of a tree consists of, left to right. `lo` is where a tree was split, so it fits. */
export function nodesOf({ lo, hi }: Range): Node[] {
  const nodes: Node[] = [];
  let at = lo;
  while (at < hi) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= hi) level += 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** MTH over the full subtrees of one range, left to right: the right edge is folded from its end. */
export function foldNodes(sha256: Hasher, hashes: readonly Hash[]): Hash {
  const folded = hashes.reduceRight<Hash | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(sha256, left, right)),
    undefined,
  );
  if (folded === undefined) throw new Error('a range of a tree is never empty');
  return folded;
}
