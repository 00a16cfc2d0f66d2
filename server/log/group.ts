import type { Envelope } from '#shared/entries/codec.ts';
import { Overlay, type View } from '#shared/entries/view.ts';
import { encodeBundle } from '#shared/merkle/bundle.ts';
import type { Edge, FullTile } from '#shared/merkle/edge.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { TILE_WIDTH } from '#shared/merkle/tiles.ts';
import { type Appended, CommandDraft, type Draft, type Folding } from './draft.ts';
import { sha256 } from './hash.ts';
import type { Head } from './recover.ts';
import type { DetailRow, Erasure, GroupRows, Segment } from './rows.ts';

/** A command on its way. */
export interface Job<R, E extends Envelope> {
  readonly command: (draft: Draft<R, E>) => unknown;
  readonly succeed: (value: unknown, head: Head, first: number, last: number) => void;
  readonly fail: (error: unknown) => void;
}

/** What commands made of the state and the tree that they were shown, not committed yet. */
export interface Group<R, E extends Envelope> {
  readonly entries: readonly Appended<E>[];
  readonly rows: GroupRows;
  /** The state with what this group changed, and the tree with what it appended. */
  readonly state: Overlay<R>;
  readonly edge: Edge;
  /** Tells each command what became of it, once the group is under a signed head. */
  readonly settle: (head: Head) => void;
  readonly fail: (error: unknown) => void;
}

function runSync<D>(command: (draft: D) => unknown, draft: D): unknown {
  const value = command(draft);
  if (value instanceof Promise) throw new Error('a command is synchronous; this one returned a promise');
  return value;
}

/** Runs commands one after the other, each seeing what those before it did. What one throws undoes that one alone. */
export function runCommands<R, E extends Envelope>(
  jobs: readonly Job<R, E>[],
  on: { state: View<R>; edge: Edge; now: number; folding: Folding<R, E> },
): Group<R, E> {
  const { now, folding } = on;
  const state = new Overlay<R>(on.state);
  const edge = on.edge.fork();
  const entries: Appended<E>[] = [];
  const details: DetailRow[] = [];
  const erasures: Erasure[] = [];
  const outcomes: ((head: Head) => void)[] = [];
  for (const { command, succeed, fail } of jobs) {
    const first = edge.size + entries.length;
    const draft = new CommandDraft<R, E>({ below: state, first, now, folding });
    try {
      const value = runSync(command, draft);
      draft.state.mergeInto(state);
      entries.push(...draft.appended);
      details.push(...draft.details);
      erasures.push(...draft.erasures);
      outcomes.push((head) => succeed(value, head, first, first + draft.appended.length - 1));
    } catch (error) {
      outcomes.push(() => fail(error));
    } finally {
      draft.end();
    }
  }
  const tiles: FullTile[] = [];
  for (const { bytes } of entries) tiles.push(...edge.append(leafHash(sha256, bytes)));
  return {
    entries,
    rows: {
      segments: segmentsOf(on.edge.size, entries, edge),
      tiles,
      state: [...state.changes()].map(({ kind, id, row }) => ({
        kind,
        id,
        row: row === undefined ? undefined : JSON.stringify(row),
      })),
      details,
      erasures,
    },
    state,
    edge,
    settle: (head) => outcomes.forEach((outcome) => outcome(head)),
    fail: (error) => jobs.forEach((job) => job.fail(error)),
  };
}

/** The entries cut where a bundle ends, the last part with the root over all of them. */
function segmentsOf<E extends Envelope>(
  size: number,
  entries: readonly Appended<E>[],
  edge: Edge,
): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < entries.length;) {
    const first = size + at;
    const end = Math.min(entries.length, at + TILE_WIDTH - (first % TILE_WIDTH));
    const bytes = encodeBundle(entries.slice(at, end).map((entry) => entry.bytes));
    const root = end === entries.length ? edge.root() : null;
    segments.push({ first, count: end - at, entries: bytes, root });
    at = end;
  }
  return segments;
}

export const isEmpty = ({ segments, state, details, erasures }: GroupRows): boolean =>
  segments.length + state.length + details.length + erasures.length === 0;
