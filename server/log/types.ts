import type { Envelope } from '#shared/log/codec.ts';
import type { ClockSources } from './clock.ts';
import type { View } from '#shared/log/state.ts';
import type { Folding } from './draft.ts';
import type { LogStore } from './store.ts';

/** What the log itself says of its origin and key, and of those before the entry that named them. */
export interface LogNames {
  readonly origin: string;
  readonly logKey: string;
  readonly entry: number;
  readonly before?: { readonly origin: string; readonly logKey: string };
}

export interface LogOptions<R, E extends Envelope> extends Folding<R, E> {
  /** The data folder: `log.key` and `log.lock` are in it. */
  readonly folder: string;
  /** First line of every checkpoint, and the name of the key. */
  readonly origin: string;
  /** Closed with the writer. */
  readonly store: LogStore;
  /** Told what fails inside, for the server's own log. */
  readonly report: (error: unknown) => void;
  /** Told of an entry that was written though it does not hold, and why. */
  readonly doubted?: (index: number, reason: string) => void;
  readonly clocks?: ClockSources;
  /** What folded state says of the log's origin and key; nothing before its first entry. */
  readonly names?: (state: View<R>) => LogNames | undefined;
  /** In the place of what folded state says, for the first start after a recovery. */
  readonly as?: LogNames;
}

/** A command that was done, and what proves that it is in the log. */
export interface Done<T> {
  readonly value: T;
  /** Signed note over a tree that has the command's entries. */
  readonly checkpoint: string;
  /** Size of that tree. */
  readonly size: number;
  /** Indexes of the command's entries; `last` is below `first` when it appended none. */
  readonly first: number;
  readonly last: number;
}

/** A failure that passes by itself: tried again until it does. */
export class Trouble extends Error {
  override readonly name: string = 'Trouble';
}

/** `restart`: it can be written again only after the process was started anew, and then by itself. */
export type Health =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly restart?: true };
