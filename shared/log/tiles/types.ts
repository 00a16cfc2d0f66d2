import type { Tile } from '#shared/log/merkle/tiles.ts';
import type { Weighed } from './weigh.ts';

/** A log as it is read for checking. Everything in it is a claim. Rejects where reading fails; that is no verdict. */
export interface TlogReader {
  /** The bytes of a hash tile, cut to its width; undefined where there is none. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** The bytes of an entry bundle, cut to its width where a wider one is there; undefined where there is none. */
  bundle(n: number, width: number): Promise<Uint8Array | undefined>;
  /** Lays bundles `from` up to, not including, `to` against their tiles. Each is as wide as a tree of `size` has it. */
  weigh(from: number, to: number, size: number): Promise<Weighed[]>;
}

/**
 * What is wrong. `unknown` where something is not there that a log may leave away, so that it cannot be judged; `note`
 * changes no verdict.
 */
export interface Finding {
  readonly state: 'failed' | 'unknown' | 'note';
  /** What is wrong, of what a log consists of; `file` is one that does not belong to it. */
  readonly part:
    | 'checkpoint'
    | 'entry'
    | 'tile'
    | 'root'
    | 'held'
    | 'file'
    | 'database'
    | 'segment'
    | 'lock'
    | 'key'
    | 'rule'
    | 'state'
    | 'detail'
    | 'index';
  readonly sentence: string;
  /** Index of the first entry that it concerns. */
  readonly index?: number;
  readonly path?: string;
}

/** What a check says while it runs. */
export type Heard = Finding | { readonly state: 'checking'; readonly done: number; readonly of: number };

export interface Judged {
  /** Bytes of entries that were hashed. */
  readonly bytes: number;
  /** Entries that are the signed ones. */
  readonly entries: number;
}
