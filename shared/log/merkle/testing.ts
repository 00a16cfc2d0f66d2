import { Edge } from './edge.ts';
import { type Hash, emptyRoot, leafHash, nodeHash, split } from './hash.ts';
import type { TileReader } from './prove.ts';
import { sha256 } from './sha256.ts';
import { TILE_WIDTH, tilePath } from './tiles.ts';

/** MTH(D[n]) word for word as RFC 6962, section 2.1, says it: slow, and the measure of everything faster. */
export function mth(entries: readonly Uint8Array[]): Hash {
  const [only] = entries;
  if (only === undefined) return emptyRoot(sha256);
  if (entries.length === 1) return leafHash(sha256, only);
  const k = split(entries.length);
  return nodeHash(sha256, mth(entries.slice(0, k)), mth(entries.slice(k)));
}

export const entriesUpTo = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => new TextEncoder().encode(`entry ${i}`));

/** A tree grown leaf by leaf, with a reader over the tiles that it filled and its edge. */
export function grow(entries: readonly Uint8Array[]): { edge: Edge; read: TileReader } {
  const edge = new Edge(sha256);
  const full = new Map<string, Uint8Array>();
  for (const entry of entries)
    for (const tile of edge.append(leafHash(sha256, entry))) full.set(tilePath(tile), tile.bytes);
  const read: TileReader = (tile) => {
    const bytes =
      edge.partial(tile) ?? full.get(tilePath({ ...tile, width: TILE_WIDTH }))?.subarray(0, tile.width * 32);
    if (!bytes) throw new Error(`no ${tilePath(tile)}`);
    return bytes;
  };
  return { edge, read };
}
