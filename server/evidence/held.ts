import type { Entry, Rows } from '#shared/domain/entries.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import type { View } from '#shared/log/state.ts';
import { type Tile, tilePath } from '#shared/log/merkle/tiles.ts';
import type { Services } from '../context.ts';
import type { Cosigned } from '../witness/index.ts';

/** A log as evidence is cut out of it: in the server that writes it, or read beside one on its host. */
export interface Held {
  /** The newest signed checkpoint, and how many entries are under it. */
  readonly note: string;
  readonly size: number;
  /** Folded state, perhaps a little ahead of the checkpoint. */
  readonly state: View<Rows>;
  /** Bytes of the entries from `from` up to, not including, `to`. */
  entries(from: number, to: number): Uint8Array[];
  entry(index: number): Entry;
  /** A hash tile of the tree under the checkpoint. */
  tile(tile: Tile): Uint8Array;
  /** The indexes of all entries at a place, under the checkpoint or not, in any order. */
  find(place: IndexKey): number[];
  /** The newest of them. */
  newest(place: IndexKey): number | undefined;
  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined;
  /** The newest cosignature of each witness. */
  cosignatures(): Cosigned[];
}

/** The log of the server that runs. */
export function heldBy({ log, witnesses }: Pick<Services, 'log' | 'witnesses'>): Held {
  const { note, size } = log.head;
  return {
    note,
    size,
    state: log.state,
    entries: (from, to) => log.reader.entries(from, Math.min(to, size)),
    entry: (index) => log.entry(index),
    tile: (tile) => mustHave(tile, log.reader.tile(tile)),
    find: (place) => log.find(place, Infinity, Infinity),
    newest: (place) => log.find(place)[0],
    detail: (commitment) => log.detail(commitment),
    cosignatures: () => witnesses.store.all(),
  };
}

function mustHave(tile: Tile, bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new Error(`the log has no ${tilePath(tile)}`);
  return bytes;
}
