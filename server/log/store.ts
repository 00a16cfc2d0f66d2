import type { Change } from '#shared/log/state.ts';
import type { FullTile } from '#shared/log/merkle/edge.ts';
import type { Hash } from '#shared/log/merkle/hash.ts';
import type { Tile } from '#shared/log/merkle/tiles.ts';

/**
 * The boundary to where the log is stored: groups are committed here, and bytes are read. The writer judges against
 * memory and never waits for the store between judging and appending, so `commit` may take as long as a disk or a
 * network does; what is committed is read at once, so a store that is elsewhere keeps a copy at hand.
 */

/** What is added to one bundle of 256: `count` entries from index `first` on, as a bundle holds them. */
export interface Segment {
  readonly first: number;
  readonly count: number;
  readonly entries: Uint8Array;
  /** MTH over all entries up to here, where a group ends. 32 bytes. */
  readonly root: Uint8Array | null;
}

/** What a commitment stands for. `entry` is the index of the entry that holds it. */
export interface DetailRow {
  readonly commitment: Uint8Array;
  /** 32 bytes. */
  readonly salt: Uint8Array;
  readonly detail: string;
  readonly entry: number;
}

/** In place of the salt of a detail that was erased. */
export const NO_SALT: Uint8Array = new Uint8Array(32);

/** Whose details are erased: those beside these entries, or beside all entries below an index. */
export type Erasure = { readonly entries: readonly number[] } | { readonly below: number };

/** What is written beside the entries, with them or not at all. */
export interface RowsBeside {
  /** Folded state that changed; `row` is JSON, undefined where it was deleted. */
  readonly state: readonly { readonly kind: string; readonly id: string; readonly row: string | undefined }[];
  readonly details: readonly DetailRow[];
  readonly erasures: readonly Erasure[];
}

/** Everything that one group of commands writes. It is plain data, for it may go to another thread. */
export interface GroupRows extends RowsBeside {
  readonly segments: readonly Segment[];
  readonly tiles: readonly FullTile[];
}

/** A commit that failed. `fatal` where the store is not to be trusted any more, so that only a restart helps. */
export class CommitError extends Error {
  readonly fatal: boolean;

  constructor(message: string, fatal: boolean) {
    super(message);
    this.name = 'CommitError';
    this.fatal = fatal;
  }
}

/** The log as it is committed, for reading. Throws where bytes are missing that were committed. */
export interface StoredLog {
  /** Size and root as the last group that committed had them. `root` is missing where the last row has none. */
  head(): { size: number; root: Hash | undefined };
  /** Bytes of the entries from `from` up to, not including, `to`; fewer where the log ends before. */
  entries(from: number, to: number): Uint8Array[];
  /** A hash tile that was filled, or the first hashes of one. */
  stored(tile: Tile): Uint8Array | undefined;
  /** Any tile or bundle, full or partial, from what is stored. Slow, for starting. */
  derive(this: void, tile: Tile): Uint8Array;
  /** Folded state as it was committed. */
  state(): Iterable<Change>;
  /** A detail behind a commitment; undefined when it was erased or never came. */
  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined;
  /** The newest entries below `before` under the stored form of an index key, newest first, `limit` at most. */
  find(key: number, before: number, limit: number): number[];
  /** Up to which size the entries are indexed. */
  indexed(): number;
}

export interface LogStore extends StoredLog {
  /** Resolves when the rows are kept for good. Rejects with CommitError; then nothing of them is there. In order. */
  commit(rows: GroupRows): Promise<void>;
  /** Resolves when something was written that changes nothing. Rejects with CommitError. */
  probe(): Promise<void>;
  /** After a failure: everything that was handed in before is answered and dropped, go on. */
  resume(): void;
  /**
   * Brings the index up to `size` with pairs of stored key and entry, in turn. Returns the size that it has then; 0 where
   * that failed. One at a time.
   */
  index(pairs: Float64Array, size: number): Promise<number>;
  /** Finishes what was handed in. */
  close(): Promise<void>;
}
