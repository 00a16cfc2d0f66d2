import { type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import type { Placed, Source } from './types.ts';

/**
 * What a verifier reads: a log, or the part of one that was cut out of it together with the hashes of the rest.
 * Everything in it is a claim until it is proven. Rejects with a sentence where it cannot be read.
 */
export interface Evidence {
  /** Whether every entry is there; else some stand as hashes only, and nothing follows from what is not there. */
  readonly whole: boolean;
  /** Whether every tile of leaves must be there; else those that something in it is compared with. */
  readonly everyTile: boolean;
  /** The signed note over all of it. */
  checkpoint(): Promise<Uint8Array>;
  /** A hash tile of the tree under the checkpoint; undefined where it is not there. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** Those of the entries of bundle `n` that are there, ascending. `width` is how many the tree has there. */
  entries(n: number, width: number): Promise<Disclosed>;
}

/** The entries of one bundle that are there. `excess` counts bytes after them that are no entry. */
export interface Disclosed {
  readonly entries: readonly Placed[];
  readonly excess: number;
}

/** One bundle's entries, as many as can be read of those that it should hold (C2SP tlog-tiles, "Log entries"). */
function entriesIn(bundle: Uint8Array, n: number, width: number): Disclosed {
  const entries: Placed[] = [];
  let at = 0;
  while (entries.length < width) {
    const [high, low] = bundle.subarray(at, at + 2);
    const end = at + 2 + (high ?? 0) * 256 + (low ?? 0);
    if (low === undefined || end > bundle.length) break;
    entries.push({ index: n * 256 + entries.length, bytes: bundle.slice(at + 2, end) });
    at = end;
  }
  return { entries, excess: bundle.length - at };
}

/** A whole log as C2SP tlog-tiles lays it out. */
export const logEvidence = (source: Source): Evidence => ({
  whole: true,
  everyTile: true,
  checkpoint: () => source('checkpoint'),
  tile: (tile) => source(tilePath(tile)),
  async entries(n, width) {
    const bundle = tileAt('entries', n, n * 256 + width);
    if (!bundle) throw new Error(`there is no bundle ${n}`);
    return entriesIn(await source(tilePath(bundle)), n, width);
  },
});
