import { type Hash, ProofError } from '#shared/log/merkle/hash.ts';
import type { TileReader } from '#shared/log/merkle/prove.ts';
import type { Edge } from '#shared/log/merkle/edge.ts';
import { type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import { Nodes } from './nodes.ts';
import type { StoredLog } from './store.ts';

/** What the log shows of itself: nothing beyond the size that was signed, whatever was committed since. */
export class LogReader {
  readonly #store: StoredLog;
  readonly #edge: () => Edge;
  readonly #signed: () => number;
  readonly #nodes: Nodes;
  /** The tile read last: a proof takes several hashes from one. */
  #last: { readonly tile: Tile; readonly bytes: Uint8Array } | undefined;

  constructor(store: StoredLog, edge: () => Edge, signed: () => number) {
    this.#store = store;
    this.#edge = edge;
    this.#signed = signed;
    this.#nodes = new Nodes(this.#read);
  }

  /** How many entries can be read and proven. */
  get size(): number {
    return Math.min(this.#signed(), this.#edge().size);
  }

  #within(size: number): void {
    if (size > this.size) throw new ProofError(`the log has signed ${this.size} entries and not ${size}`);
  }

  /** The exact bytes of an entry; undefined where the log has none. */
  entry(index: number): Uint8Array | undefined {
    return Number.isSafeInteger(index) && index >= 0 && index < this.size ? this.committed(index) : undefined;
  }

  /** The same of what is committed and perhaps not signed yet: for the server's own use, never to be handed out. */
  committed(index: number): Uint8Array | undefined {
    return this.#store.entries(index, index + 1)[0];
  }

  /** The bytes of the entries from `from` up to, not including, `to`; fewer where the log ends before. */
  entries(from: number, to: number): Uint8Array[] {
    return this.#store.entries(from, Math.min(to, this.size));
  }

  /** A detail behind a commitment; undefined when it was erased or never came. */
  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined {
    return this.#store.detail(commitment);
  }

  /** The bytes of a hash tile or entry bundle of the signed tree, full or partial; undefined where it has none. */
  tile(tile: Tile): Uint8Array | undefined {
    const widest = tileAt(tile.level, tile.n, this.size);
    return widest && tile.width <= widest.width ? this.#read(tile) : undefined;
  }

  readonly #read: TileReader = (tile) => {
    if (tile.level === 'entries') return this.#store.derive(tile);
    const last = this.#last;
    if (last?.tile.n === tile.n && last.tile.level === tile.level && last.tile.width === tile.width)
      return last.bytes;
    const bytes = this.#edge().partial(tile) ?? this.#store.stored(tile);
    if (!bytes) throw new Error(`the database lost ${tilePath(tile)}`);
    this.#last = { tile, bytes };
    return bytes;
  };

  /** MTH over the first `size` entries. Throws ProofError beyond what was signed. */
  root(size: number): Hash {
    this.#within(size);
    return this.#nodes.root(size);
  }

  /** The proof that entry `index` is in the tree of `size`. Throws ProofError where it is not, or that was not signed. */
  inclusion(index: number, size: number): Hash[] {
    this.#within(size);
    return this.#nodes.inclusion(index, size);
  }

  /** The proof that the tree of `to` extends the one of `from`. Throws ProofError beyond what was signed. */
  consistency(from: number, to: number): Hash[] {
    this.#within(to);
    return this.#nodes.consistency(from, to);
  }
}
