import type { Envelope } from '#shared/log/codec.ts';
import { Overlay, type View } from '#shared/log/state.ts';
import { type Appended, CommandDraft, type DraftOf, type Folding } from './draft.ts';
import type { SignedHead } from './head.ts';
import type { RowsBeside, DetailRow, Erasure } from './store.ts';

/** A command on its way. */
export interface QueuedCommand<R, E extends Envelope> {
  readonly command: (draft: DraftOf<R, E>) => unknown;
  readonly succeed: (value: unknown, head: SignedHead, first: number, last: number) => void;
  readonly fail: (error: unknown) => void;
}

/** What commands made of the state and the log that they were shown. Nothing of it is written yet. */
export interface Group<R, E extends Envelope> {
  readonly entries: readonly Appended<E>[];
  readonly beside: RowsBeside;
  /** The state with what this group changed. */
  readonly state: Overlay<R>;
  /** Tells each command what became of it, once the group is under a signed head. */
  readonly settle: (head: SignedHead) => void;
  readonly fail: (error: unknown) => void;
}

function runSync<D>(command: (draft: D) => unknown, draft: D): unknown {
  const value = command(draft);
  if (value instanceof Promise) throw new Error('a command is synchronous; this one returned a promise');
  return value;
}

/** What commands are judged against. */
export interface Tip<R> {
  readonly state: View<R>;
  /** Entries so far. */
  readonly size: number;
}

/** Runs commands one after the other, each seeing what those before it did. What one throws undoes that one alone. */
export function runCommands<R, E extends Envelope>(
  jobs: readonly QueuedCommand<R, E>[],
  on: Tip<R> & { now: number; folding: Folding<R, E> },
): Group<R, E> {
  const { size, now, folding } = on;
  const state = new Overlay<R>(on.state);
  const entries: Appended<E>[] = [];
  const details: DetailRow[] = [];
  const erasures: Erasure[] = [];
  const outcomes: ((head: SignedHead) => void)[] = [];
  for (const { command, succeed, fail } of jobs) {
    const first = size + entries.length;
    const draft = new CommandDraft<R, E>({ below: state, first, now, folding });
    try {
      const value = runSync(command, draft);
      draft.state.mergeInto(state);
      for (const appended of draft.appended) entries.push(appended);
      details.push(...draft.details);
      erasures.push(...draft.erasures);
      outcomes.push((head) => succeed(value, head, first, first + draft.appended.length - 1));
    } catch (error) {
      outcomes.push(() => fail(error));
    } finally {
      draft.end();
    }
  }
  const changes = Array.from(state.changes(), ({ kind, id, row }) => ({
    kind,
    id,
    row: row === undefined ? undefined : JSON.stringify(row),
  }));
  return {
    entries,
    beside: { state: changes, details, erasures },
    state,
    settle: (head) => outcomes.forEach((outcome) => outcome(head)),
    fail: (error) => jobs.forEach((job) => job.fail(error)),
  };
}
