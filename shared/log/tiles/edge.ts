import { concat } from '#shared/bytes.ts';
import { HASH_BYTES, type Hash, type Hasher } from '#shared/log/merkle/hash.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath, tileRoot } from '#shared/log/merkle/tiles.ts';
import type { TlogReader } from './types.ts';
import { leavesIn, sameHash } from './weigh.ts';

/** The partial tiles at the right edge of a tree, lowest first: they alone lead to the root, and name all others. */
export function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    const tile = tileAt(level, Math.floor(size / TILE_WIDTH ** (level + 1)), size);
    if (tile) tiles.push(tile);
  }
  return tiles;
}

/**
 * A tile anew from what lies below it: entries under level 0, tiles above. `either` takes the tile below where it agrees
 * with the hash of it that this tile has, else its entries. Undefined where that is not all there.
 */
export async function rebuilt(
  sha256: Hasher,
  reader: TlogReader,
  tile: Tile,
  from: 'tiles' | 'entries' | 'either',
): Promise<Uint8Array | undefined> {
  const { n, width } = tile;
  const level = Number(tile.level);
  if (level === 0) {
    const bundle = await reader.bundle(n, width);
    const leaves = bundle && leavesIn(sha256, bundle, width).leaves;
    return leaves?.length === width * HASH_BYTES ? leaves : undefined;
  }
  const own = from === 'either' ? await reader.tile(tile) : undefined;
  const hashes: Hash[] = [];
  for (let i = 0; i < width; i += 1) {
    const below: Tile = { level: level - 1, n: n * TILE_WIDTH + i, width: TILE_WIDTH };
    const stored = from === 'entries' ? undefined : rootOf(sha256, below, await reader.tile(below));
    const isKnown = from === 'tiles' || sameHash(stored, own?.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    const hash = isKnown
      ? stored
      : rootOf(sha256, below, await rebuilt(sha256, reader, below, from === 'either' ? from : 'entries'));
    if (!hash) return undefined;
    hashes.push(hash);
  }
  return concat(...hashes);
}

const rootOf = (sha256: Hasher, tile: Tile, bytes: Uint8Array | undefined): Hash | undefined =>
  bytes?.length === TILE_WIDTH * HASH_BYTES ? tileRoot(sha256, tile, bytes) : undefined;

/** What may stand for one tile: as it is stored, and as what lies below would have it. */
async function candidates(sha256: Hasher, reader: TlogReader, tile: Tile): Promise<Uint8Array[]> {
  const all = [
    await reader.tile(tile),
    await rebuilt(sha256, reader, tile, 'tiles'),
    ...(Number(tile.level) > 0
      ? [await rebuilt(sha256, reader, tile, 'entries'), await rebuilt(sha256, reader, tile, 'either')]
      : []),
  ];
  return all.filter((bytes) => bytes?.length === tile.width * HASH_BYTES) as Uint8Array[];
}

/**
 * The right edge that leads to the signed root, by path: the stored tiles, or with those replaced that are wrong.
 * Undefined where nothing leads to it.
 */
export async function provenEdge(
  sha256: Hasher,
  reader: TlogReader,
  { size, root }: { size: number; root: Hash },
): Promise<Map<string, Uint8Array> | undefined> {
  const tiles = edgeTiles(size);
  const leads = (edge: Map<string, Uint8Array>): boolean =>
    sameHash(
      root,
      rootFromTiles(sha256, (tile) => edge.get(tilePath(tile)) ?? new Uint8Array(), size),
    );
  const stored = await Promise.all(tiles.map((tile) => reader.tile(tile)));
  if (tiles.every(({ width }, i) => stored[i]?.length === width * HASH_BYTES)) {
    const edge = new Map(tiles.map((tile, i) => [tilePath(tile), stored[i] ?? new Uint8Array()]));
    if (leads(edge)) return edge;
  }
  let edges: Map<string, Uint8Array>[] = [new Map()];
  for (const tile of tiles) {
    const choices = await candidates(sha256, reader, tile);
    edges = edges.flatMap((edge) => choices.map((bytes) => new Map([...edge, [tilePath(tile), bytes]])));
  }
  return edges.find(leads);
}
