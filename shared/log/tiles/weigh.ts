import { equal } from '#shared/bytes.ts';
import { HASH_BYTES, type Hash, type Hasher, leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, tileRoot } from '#shared/log/merkle/tiles.ts';

/** An entry bundle and the hash tile of level 0 over it, laid against each other. Plain data: it may come from another thread. */
export interface Weighed {
  readonly n: number;
  /** How many entries the tree has there, 1 to 256. */
  readonly width: number;
  /** Entries that could be read whole; undefined where there is no bundle. */
  readonly entries: number | undefined;
  /** Bytes in the bundle after its entries. */
  readonly excess: number;
  /** Bytes that were hashed as entries. */
  readonly bytes: number;
  /** Length of the tile in bytes; undefined where there is none. */
  readonly tile: number | undefined;
  /** Position of the first entry whose hash is not the tile's, of those that both have. */
  readonly differs: number | undefined;
  /** The root of a full tile by the hashes in it, and by its entries. Undefined where they are not all there. */
  readonly byTile: Hash | undefined;
  readonly byEntries: Hash | undefined;
}

/** The leaf hashes of a bundle, joined, as many as can be read of the `width` that should be there. */
export function leavesIn(
  sha256: Hasher,
  bundle: Uint8Array,
  width: number,
): { leaves: Uint8Array; excess: number; bytes: number } {
  const leaves = new Uint8Array(width * HASH_BYTES);
  let at = 0;
  let count = 0;
  while (count < width && at + 2 <= bundle.length) {
    const end = at + 2 + bundle[at]! * 256 + bundle[at + 1]!;
    if (end > bundle.length) break;
    leaves.set(leafHash(sha256, bundle.subarray(at + 2, end)), count * HASH_BYTES);
    at = end;
    count += 1;
  }
  return {
    leaves: leaves.subarray(0, count * HASH_BYTES),
    excess: bundle.length - at,
    bytes: at - 2 * count,
  };
}

/** Position of the first hash that differs, of those that both have; undefined where none does. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return Math.floor(i / HASH_BYTES);
  return undefined;
}

/** `bundle` and `tile` are as they were read, undefined where there is none. */
export function weigh(
  sha256: Hasher,
  { n, width }: { n: number; width: number },
  bundle: Uint8Array | undefined,
  tile: Uint8Array | undefined,
): Weighed {
  const found = bundle && leavesIn(sha256, bundle, width);
  const isLong = tile?.length === width * HASH_BYTES;
  const isAll = found?.leaves.length === width * HASH_BYTES;
  const differs = found && tile ? firstDifference(found.leaves, tile) : undefined;
  const rootOf = (hashes: Uint8Array): Hash | undefined =>
    width === TILE_WIDTH ? tileRoot(sha256, { level: 0, n, width }, hashes) : undefined;
  const byTile = isLong ? rootOf(tile) : undefined;
  const isSame = isLong && isAll && differs === undefined;
  return {
    n,
    width,
    entries: found && found.leaves.length / HASH_BYTES,
    excess: found?.excess ?? 0,
    bytes: found?.bytes ?? 0,
    tile: tile?.length,
    differs,
    byTile,
    byEntries: isSame ? byTile : isAll ? rootOf(found.leaves) : undefined,
  };
}

export const sameHash = (a: Hash | undefined, b: Hash | undefined): boolean =>
  a !== undefined && b !== undefined && equal(a, b);
