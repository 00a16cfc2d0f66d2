import { type Hash, type Hasher, emptyRoot, mustBeSize } from './hash.ts';
import { type Range, consistencyRanges, foldNodes, inclusionRanges, nodesOf } from './ranges.ts';
import { type Tile, nodeFromTile, tileOf, tilePath } from './tiles.ts';

/**
 * The one way in which this folder reads a tree: the bytes of a hash tile. Throws when it has none. A reader over the
 * network fetches `tilesFor` first and answers from what came.
 */
export type TileReader = (tile: Tile) => Uint8Array;

const hashOf = (sha256: Hasher, read: TileReader, size: number, range: Range): Hash =>
  foldNodes(
    sha256,
    nodesOf(range).map((node) => {
      const tile = tileOf(node, size);
      return nodeFromTile(sha256, tile, read(tile), node);
    }),
  );

/** MTH(D[0:size]), from tiles. Whoever did not make the tiles compares it with a signed root. */
export function rootFromTiles(sha256: Hasher, read: TileReader, size: number): Hash {
  mustBeSize(size, 'the size');
  return size === 0 ? emptyRoot(sha256) : hashOf(sha256, read, size, { lo: 0, hi: size });
}

/** The proof that entry `index` is in the tree of `size`: PATH(index, D[size]) (RFC 6962, section 2.1.1). */
export const proveInclusion = (sha256: Hasher, read: TileReader, index: number, size: number): Hash[] =>
  inclusionRanges(index, size).map((range) => hashOf(sha256, read, size, range));

/** The proof that the tree of `to` extends that of `from`: PROOF(from, D[to]) (RFC 6962, section 2.1.2). */
export const proveConsistency = (sha256: Hasher, read: TileReader, from: number, to: number): Hash[] =>
  consistencyRanges(from, to).map((range) => hashOf(sha256, read, to, range));

/** The tiles of a tree of `size` that the hashes of these ranges are computed from, each once. */
export function tilesFor(ranges: readonly Range[], size: number): Tile[] {
  const tiles = ranges.flatMap(nodesOf).map((node) => tileOf(node, size));
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()];
}
