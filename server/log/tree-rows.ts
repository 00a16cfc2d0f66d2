import { encodeBundle } from '#shared/log/merkle/bundle.ts';
import type { Edge, FullTile } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH } from '#shared/log/merkle/tiles.ts';
import { sha256 } from '../sha256.ts';
import type { Segment } from './store.ts';

/** Where entries come to stand behind a tree: the tree with them, and the rows that keep them. Leaves `tip` alone. */
export function appendedTo(
  tip: Edge,
  entries: readonly Uint8Array[],
): { edge: Edge; segments: Segment[]; tiles: FullTile[] } {
  const edge = tip.fork();
  const tiles: FullTile[] = [];
  for (const entry of entries) tiles.push(...edge.append(leafHash(sha256, entry)));
  return { edge, tiles, segments: segmentsOf(tip.size, entries, edge) };
}

/** The entries cut where a bundle ends, the last part with the root over all of them. */
function segmentsOf(size: number, entries: readonly Uint8Array[], edge: Edge): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < entries.length;) {
    const first = size + at;
    const end = Math.min(entries.length, at + TILE_WIDTH - (first % TILE_WIDTH));
    const root = end === entries.length ? edge.root() : null;
    segments.push({ first, count: end - at, entries: encodeBundle(entries.slice(at, end)), root });
    at = end;
  }
  return segments;
}
