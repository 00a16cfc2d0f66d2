import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HASH_BYTES, type Hash } from '#shared/log/merkle/hash.ts';
import { foldNodes, nodesOf } from '#shared/log/merkle/ranges.ts';
import { TILE_WIDTH, type Tile, nodeFromTile, tileRoot } from '#shared/log/merkle/tiles.ts';
import { firstDifference, leavesIn } from '#shared/log/tiles/weigh.ts';
import { sha256 } from '../sha256.ts';

/** A group's end within a bundle: the root that was committed with it, and what the bundle adds to the tree up to there. */
export interface GroupEnd {
  /** Index of the first entry of the segment, and of the entry after its last. */
  readonly first: number;
  readonly end: number;
  readonly root: Uint8Array;
  /** MTH over the bundle's entries up to `end`, by the entries and by the stored tile. */
  readonly byEntries: Hash;
  readonly byTile: Hash | undefined;
}

/** The rows of one bundle, laid against each other. Plain data: it comes from another thread. */
export interface WeighedRows {
  readonly n: number;
  /** Entries that could be read, in order and without a gap. */
  readonly count: number;
  readonly bytes: number;
  /** Why the entry after them could not be read, where there are more rows. */
  readonly broken: string | undefined;
  readonly tile: 'full' | 'missing';
  /** Position of the first entry whose hash is not the one in the tile. */
  readonly differs: number | undefined;
  readonly byEntries: Hash | undefined;
  readonly byTile: Hash | undefined;
  readonly groups: readonly GroupEnd[];
}

interface Statements {
  readonly segments: StatementSync;
  readonly tile: StatementSync;
}

/** Opens a database to read what is in it, whatever guards it has. */
export const openToRead = (path: string): DatabaseSync =>
  new DatabaseSync(path, { readOnly: true, timeout: 5000 });

/** On whatever thread this runs. */
export function weighRows(path: string, from: number, to: number): WeighedRows[] {
  const db = openToRead(path);
  try {
    const statements = {
      segments: db.prepare(
        'SELECT first, count, entries, root FROM segments WHERE first >= ? AND first < ? ORDER BY first',
      ),
      tile: db.prepare('SELECT hashes FROM tiles WHERE level = 0 AND n = ?'),
    };
    return Array.from({ length: to - from }, (_, i) => weighBundle(statements, from + i));
  } finally {
    db.close();
  }
}

function weighBundle({ segments, tile }: Statements, n: number): WeighedRows {
  const leaves = new Uint8Array(TILE_WIDTH * HASH_BYTES);
  const ends: { first: number; end: number; root: Uint8Array }[] = [];
  const base = n * TILE_WIDTH;
  let count = 0;
  let bytes = 0;
  let broken: string | undefined;
  for (const row of segments.all(base, base + TILE_WIDTH)) {
    const first = Number(row['first']);
    const width = Number(row['count']);
    const { entries, root } = row;
    if (first !== base + count) {
      broken = `the rows of the log go from entry ${base + count} to ${first}`;
      count = Math.min(count, first - base);
    } else if (!(entries instanceof Uint8Array)) broken = `the row from entry ${first} on holds no bytes`;
    else if (!(width >= 1 && count + width <= TILE_WIDTH))
      broken = `the row from entry ${first} on counts ${width} entries`;
    if (broken !== undefined || !(entries instanceof Uint8Array)) break;
    const found = leavesIn(sha256, entries, width);
    leaves.set(found.leaves, count * HASH_BYTES);
    const got = found.leaves.length / HASH_BYTES;
    count += got;
    bytes += found.bytes;
    if (got < width || found.excess > 0) {
      broken = `the row from entry ${first} on should hold ${width} entries and does not`;
      break;
    }
    if (root instanceof Uint8Array) ends.push({ first, end: base + count, root: new Uint8Array(root) });
  }
  const found = tile.get(n)?.['hashes'];
  const stored = found instanceof Uint8Array && found.length === TILE_WIDTH * HASH_BYTES ? found : undefined;
  const own = leaves.subarray(0, count * HASH_BYTES);
  const full: Tile = { level: 0, n, width: TILE_WIDTH };
  const differs = stored && firstDifference(own, stored);
  const byTile = stored && tileRoot(sha256, full, stored);
  return {
    n,
    count,
    bytes,
    broken,
    tile: stored ? 'full' : 'missing',
    differs,
    byTile,
    byEntries:
      count < TILE_WIDTH ? undefined : stored && differs === undefined ? byTile : tileRoot(sha256, full, own),
    groups: ends
      .filter(({ end }) => end <= base + count)
      .map(({ first, end, root }) => ({
        first,
        end,
        root,
        byEntries: upTo(own, n, end - base),
        byTile: stored && differs !== undefined ? upTo(stored, n, end - base) : undefined,
      })),
  };
}

/** MTH over the first `width` entries of bundle `n`, from their hashes. */
function upTo(hashes: Uint8Array, n: number, width: number): Hash {
  const tile: Tile = { level: 0, n: 0, width };
  return foldNodes(
    sha256,
    nodesOf({ lo: 0, hi: width }).map((node) =>
      node.level === 8
        ? tileRoot(sha256, { ...tile, n }, hashes)
        : nodeFromTile(sha256, tile, hashes.subarray(0, width * HASH_BYTES), node),
    ),
  );
}
