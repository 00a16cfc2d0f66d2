import { HASH_BYTES, ProofError, mustBeSize, pairHash } from './hash.ts';
import type { Hash, Hasher } from './hash.ts';
import type { Node } from './ranges.ts';

/** Tiles are 8 levels of the tree high (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/**
 * The n-th tile at a level, as far as a tree has filled it: `width` hashes of 32 bytes, 1 to 256.
 * Hash i is MTH(D[(n·256 + i)·256^level : (n·256 + i + 1)·256^level]). Level 'entries' is the bundle of the entries
 * under the level 0 tile of the same number.
 */
export interface Tile {
  readonly level: number | 'entries';
  readonly n: number;
  readonly width: number;
}

/** The tile at this place in a tree of `size`: full, partial, or undefined where the tree has none. */
export function tileAt(level: number | 'entries', n: number, size: number): Tile | undefined {
  // floor(size / 256^level) hashes at the level; those before n·256 lie in earlier tiles.
  const width = Math.min(
    TILE_WIDTH,
    Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level)) - n * TILE_WIDTH,
  );
  return width > 0 ? { level, n, width } : undefined;
}

/** `tile/0/x001/234.p/5`: level, number in groups of three digits, width if partial (C2SP tlog-tiles, "Merkle Tree"). */
export function tilePath({ level, n, width }: Tile): string {
  const groups: string[] = [];
  let rest = n;
  do {
    groups.unshift(`${groups.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Reads a tile's path, of which there is exactly one per tile. Throws ProofError on any other spelling. */
export function parseTilePath(path: string): Tile {
  const [, level, number, width] = PATH.exec(path) ?? [];
  if (level !== undefined && number !== undefined) {
    const tile: Tile = {
      level: level === 'entries' ? level : Number(level),
      n: Number(number.replaceAll(/[x/]/g, '')),
      width: width === undefined ? TILE_WIDTH : Number(width),
    };
    const inRange =
      (tile.level === 'entries' || tile.level <= 63) &&
      Number.isSafeInteger(tile.n) &&
      tile.width <= TILE_WIDTH;
    // Writing it again refuses leading groups of zeros and a width spelt out for a full tile.
    if (inRange && tilePath(tile) === path) return tile;
  }
  throw new ProofError('this is not the path of a tile');
}

/** The tile of a tree of `size` that this node is computed from. */
export function tileOf({ level, index }: Node, size: number): Tile {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const first = index * 2 ** (level - tileLevel * TILE_HEIGHT);
  const tile = tileAt(tileLevel, Math.floor(first / TILE_WIDTH), size);
  if (!tile) throw new ProofError(`a tree of ${size} has no node ${index} at level ${level}`);
  return tile;
}

/** Throws ProofError unless `bytes` has the length of the tile. */
export function mustBeTile(tile: Tile, bytes: Uint8Array): void {
  if (bytes.length !== tile.width * HASH_BYTES)
    throw new ProofError(
      `${tilePath(tile)} should be ${tile.width * HASH_BYTES} bytes and is ${bytes.length}`,
    );
}

/** MTH over 2^k neighbouring hashes of one level: joined in pairs until one is left. */
function join(sha256: Hasher, bytes: Uint8Array, first: number, count: number): Hash {
  let row = bytes.slice(first * HASH_BYTES, (first + count) * HASH_BYTES);
  while (row.length > HASH_BYTES) {
    const above = new Uint8Array(row.length / 2);
    // Two neighbours lie side by side, so they are hashed as they lie.
    for (let at = 0; at < above.length; at += HASH_BYTES)
      above.set(pairHash(sha256, row.subarray(2 * at, 2 * (at + HASH_BYTES))), at);
    row = above;
  }
  return row;
}

/** MTH of a node from the hashes of its tile: 2^(level mod 8) of them. */
export function nodeFromTile(sha256: Hasher, tile: Tile, bytes: Uint8Array, { level, index }: Node): Hash {
  mustBeTile(tile, bytes);
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count - tile.n * TILE_WIDTH;
  if (first < 0 || first + count > tile.width)
    throw new ProofError(`${tilePath(tile)} does not reach that far`);
  return join(sha256, bytes, first, count);
}

/** MTH over a full tile: hash `n mod 256` of the tile above it. */
export function tileRoot(sha256: Hasher, tile: Tile, bytes: Uint8Array): Hash {
  mustBeTile(tile, bytes);
  if (tile.width !== TILE_WIDTH) throw new ProofError(`${tilePath(tile)} is not full`);
  return join(sha256, bytes, 0, TILE_WIDTH);
}

/** Every tile that a tree of `size` consists of, bundles not among them, lower levels first. */
export function* tilesOf(size: number): Generator<Tile> {
  mustBeSize(size, 'the size');
  for (let level = 0; level * TILE_HEIGHT < 53; level += 1) {
    for (let n = 0; ; n += 1) {
      const tile = tileAt(level, n, size);
      if (!tile) break;
      yield tile;
    }
  }
}
