import { Edge } from '#shared/log/merkle/edge.ts';
import { HASH_BYTES, type Hash, type Hasher, leafHash } from '#shared/log/merkle/hash.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath, tileRoot } from '#shared/log/merkle/tiles.ts';

/**
 * A tree from its tiles of leaves, of which only the last, if it is partial, is kept: 32 bytes of memory for 256
 * entries. It can tell the root at every size that it had, given the leaves at that size's edge.
 */
export class Hashes {
  readonly sha256: Hasher;
  #size = 0;
  /** The tree without its lowest level of tiles: a leaf of it is the root of a full tile. */
  readonly #above: Edge;
  /** Full tiles of that tree, by their path in it. */
  readonly #tiles = new Map<string, Uint8Array>();
  /** The leaves after the last full tile. */
  #edge: Uint8Array = new Uint8Array();

  constructor(sha256: Hasher) {
    this.sha256 = sha256;
    this.#above = new Edge(sha256);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the leaves of the next tile; none may follow a partial one. */
  addLeaves(leaves: Uint8Array): void {
    const width = leaves.length / HASH_BYTES;
    if (width < TILE_WIDTH) {
      this.#edge = new Uint8Array(leaves);
      this.#size += width;
      return;
    }
    const tile = { level: 0, n: this.#size / TILE_WIDTH, width };
    this.addRoot(tileRoot(this.sha256, tile, leaves));
  }

  /** Adds a full tile of which only the root is known. */
  addRoot(root: Hash): void {
    for (const filled of this.#above.append(root)) this.#tiles.set(tilePath(filled), filled.bytes);
    this.#size += TILE_WIDTH;
  }

  /** A tile of level 1 or higher, as the tree had it when it reached this width. */
  upper({ level, n, width }: Tile): Uint8Array {
    const shifted = { level: Number(level) - 1, n, width };
    const full = this.#tiles.get(tilePath({ ...shifted, width: TILE_WIDTH }));
    const bytes = full?.subarray(0, width * HASH_BYTES) ?? this.#above.partial(shifted);
    if (!bytes) throw new Error(`this tree has no ${tilePath({ level, n, width })}`);
    return bytes;
  }

  /** The leaves after the last full tile. */
  get edge(): Uint8Array {
    return this.#edge;
  }

  /** The root of full tile `n` of leaves. */
  rootOfTile(n: number): Uint8Array {
    const tile = tileAt(1, Math.floor(n / TILE_WIDTH), this.#size);
    if (!tile) throw new Error(`this tree has no full tile ${n}`);
    const at = (n % TILE_WIDTH) * HASH_BYTES;
    return this.upper(tile).subarray(at, at + HASH_BYTES);
  }

  /** The root over the first `size` entries. `leaves` are those of the tile in which it ends, if it ends within one. */
  root(size = this.#size, leaves: Uint8Array = this.#edge): Hash {
    const read = (tile: Tile): Uint8Array =>
      tile.level === 0 ? leaves.subarray(0, tile.width * HASH_BYTES) : this.upper(tile);
    return rootFromTiles(this.sha256, read, size);
  }
}

/** The leaf hashes of these entries, joined. */
export function leavesOf(sha256: Hasher, entries: readonly Uint8Array[]): Uint8Array {
  const leaves = new Uint8Array(entries.length * HASH_BYTES);
  entries.forEach((bytes, i) => leaves.set(leafHash(sha256, bytes), i * HASH_BYTES));
  return leaves;
}
