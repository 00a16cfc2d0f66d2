import { HASH_BYTES, type Hash, emptyRoot, nodeHash } from '#shared/log/merkle/hash.ts';
import type { TileReader } from '#shared/log/merkle/prove.ts';
import {
  type Node,
  type Range,
  consistencyRanges,
  foldNodes,
  inclusionRanges,
  nodesOf,
} from '#shared/log/merkle/ranges.ts';
import { TILE_HEIGHT, TILE_WIDTH, mustBeTile, tileOf } from '#shared/log/merkle/tiles.ts';
import { sha256 } from '../sha256.ts';

/** Hashes that are kept: a few megabytes, and the running tiles many times over. */
const MAX_KEPT_HASHES = 32_768;

/**
 * The hashes of full subtrees, kept once they were computed: such a hash never changes, and two proofs one after the
 * other are made of nearly the same. So a proof costs as many hashes as the tree is high, and not its tiles anew.
 */
export class Nodes {
  readonly #read: TileReader;
  readonly #kept = new Map<number, Hash>();

  constructor(read: TileReader) {
    this.#read = read;
  }

  /** As `rootFromTiles`. */
  root(size: number): Hash {
    return size === 0 ? emptyRoot(sha256) : this.#over({ lo: 0, hi: size }, size);
  }

  /** As `proveInclusion`. */
  inclusion(index: number, size: number): Hash[] {
    return inclusionRanges(index, size).map((range) => this.#over(range, size));
  }

  /** As `proveConsistency`. */
  consistency(from: number, to: number): Hash[] {
    return consistencyRanges(from, to).map((range) => this.#over(range, to));
  }

  #over(range: Range, size: number): Hash {
    return foldNodes(
      sha256,
      nodesOf(range).map((node) => this.#hash(node, size)),
    );
  }

  #hash(node: Node, size: number): Hash {
    // Leaves and the nodes between them counted from left to right: each its own number.
    const number = (2 * node.index + 1) * 2 ** node.level;
    let hash = this.#kept.get(number);
    if (!hash) {
      hash = node.level % TILE_HEIGHT === 0 ? this.#stored(node, size) : this.#joined(node, size);
      if (this.#kept.size >= MAX_KEPT_HASHES) this.#kept.clear();
      this.#kept.set(number, hash);
    }
    return hash;
  }

  #stored(node: Node, size: number): Hash {
    const tile = tileOf(node, size);
    const bytes = this.#read(tile);
    mustBeTile(tile, bytes);
    const at = (node.index % TILE_WIDTH) * HASH_BYTES;
    return bytes.slice(at, at + HASH_BYTES);
  }

  #joined({ level, index }: Node, size: number): Hash {
    const left = this.#hash({ level: level - 1, index: 2 * index }, size);
    return nodeHash(sha256, left, this.#hash({ level: level - 1, index: 2 * index + 1 }, size));
  }
}
