import { concat } from '#shared/bytes.ts';
import { HASH_BYTES, type Hash, type Hasher, emptyRoot, nodeHash } from './hash.ts';
import { foldNodes, nodesOf } from './ranges.ts';
import type { TileReader } from './prove.ts';
import { TILE_HEIGHT, TILE_WIDTH, type Tile, mustBeTile, nodeFromTile, tileAt, tileOf } from './tiles.ts';

/** A tile that was just filled. */
export interface FullTile extends Tile {
  readonly level: number;
  readonly bytes: Uint8Array;
}

/**
 * The right edge of a growing tree: what is needed to append and to tell the root, and no more. One hash per appended
 * entry on average, whatever the size. `fork` gives a copy to try something on.
 */
export class Edge {
  readonly #sha256: Hasher;
  #size = 0;
  /** By height: the full subtree of 2^height entries at the edge, where the size has that bit. */
  #subtrees: Hash[] = [];
  /** By tile level: the hashes of the tile that is being filled. */
  #tiles: Hash[][] = [];

  constructor(sha256: Hasher) {
    this.#sha256 = sha256;
  }

  /** The edge of a tree of which the tiles exist. It is worth what the tiles are: compare the root. */
  static fromTiles(sha256: Hasher, read: TileReader, size: number): Edge {
    const edge = new Edge(sha256);
    edge.#size = size;
    for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
      const tile = tileAt(level, Math.floor(size / TILE_WIDTH ** (level + 1)), size);
      if (!tile) continue;
      const bytes = read(tile);
      mustBeTile(tile, bytes);
      edge.#tiles[level] = Array.from({ length: tile.width }, (_, i) =>
        bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES),
      );
    }
    for (const node of nodesOf({ lo: 0, hi: size })) {
      const tile = tileOf(node, size);
      edge.#subtrees[node.level] = nodeFromTile(sha256, tile, read(tile), node);
    }
    return edge;
  }

  get size(): number {
    return this.#size;
  }

  fork(): Edge {
    const copy = new Edge(this.#sha256);
    copy.#size = this.#size;
    copy.#subtrees = [...this.#subtrees];
    copy.#tiles = this.#tiles.map((hashes) => [...hashes]);
    return copy;
  }

  /** Adds one leaf. Returns the tiles that it filled, lower levels first. */
  append(leaf: Hash): FullTile[] {
    const filled: FullTile[] = [];
    let hash = leaf;
    for (let height = 0; ; height += 1) {
      if (height % TILE_HEIGHT === 0) this.#push(height / TILE_HEIGHT, hash, filled);
      const isRight = Math.floor(this.#size / 2 ** height) % 2 === 1;
      if (!isRight) {
        this.#subtrees[height] = hash;
        break;
      }
      hash = nodeHash(this.#sha256, this.#mustHave(height), hash);
    }
    this.#size += 1;
    return filled;
  }

  #push(level: number, hash: Hash, filled: FullTile[]): void {
    const hashes = (this.#tiles[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    // The size has not counted this leaf yet, so it still lies within the tile.
    const n = Math.floor(this.#size / TILE_WIDTH ** (level + 1));
    filled.push({ level, n, width: TILE_WIDTH, bytes: concat(...hashes) });
    this.#tiles[level] = [];
  }

  #mustHave(height: number): Hash {
    const hash = this.#subtrees[height];
    if (!hash) throw new Error(`the edge of a tree of ${this.#size} lost its subtree of height ${height}`);
    return hash;
  }

  /** MTH over everything appended. */
  root(): Hash {
    if (this.#size === 0) return emptyRoot(this.#sha256);
    return foldNodes(
      this.#sha256,
      nodesOf({ lo: 0, hi: this.#size }).map((node) => this.#mustHave(node.level)),
    );
  }

  /** The root where a hash over part of the next leaf's place comes last: of a tree whose leaves are roots of tiles. */
  rootWith(last: Hash): Hash {
    const nodes = nodesOf({ lo: 0, hi: this.#size }).map((node) => this.#mustHave(node.level));
    return foldNodes(this.#sha256, [...nodes, last]);
  }

  /** The bytes of a partial tile at the edge, if it holds that many hashes; undefined for every other tile. */
  partial({ level, n, width }: Tile): Uint8Array | undefined {
    if (level === 'entries' || n !== Math.floor(this.#size / TILE_WIDTH ** (level + 1))) return undefined;
    const hashes = this.#tiles[level] ?? [];
    return width <= hashes.length ? concat(...hashes.slice(0, width)) : undefined;
  }
}
