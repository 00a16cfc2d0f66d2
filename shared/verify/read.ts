import { EntryError } from '#shared/log/codec.ts';
import { decodeEntry, type Entry, type Rows } from '#shared/domain/entries.ts';
import { FormError } from '#shared/log/form.ts';
import type { State } from '#shared/domain/state.ts';
import { fold, indexKeysOf } from '#shared/domain/index.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import { MemoryState } from '#shared/log/state.ts';
import { Owed, type Owing, sayMissed, subjectOf } from '#shared/domain/rights/owed.ts';
import { bridgeGap } from '#shared/domain/actions/verify.ts';
import { checkEntry } from './checks.ts';
import { type Context, type Tally, emptyTally } from './context.ts';
import { judge } from './judge.ts';
import { Keys } from './keys.ts';
import { Policies, CannotJudge, Contradiction } from '#shared/domain/judging.ts';
import { Signatures } from './signatures.ts';
import { SuspectState } from './suspect.ts';
import { TouchChecker } from './touches.ts';
import { type ProvenTree, aMoment } from './tree.ts';
import { Fault, type Step } from './types.ts';

/** An entry that does not hold, or that rests on one which does not. */
export interface Doubt {
  readonly entry: number;
  /** Log time, ms; undefined where the entry cannot be read. */
  readonly time: number | undefined;
  /** What it is about; undefined where that cannot be read. */
  readonly places: readonly IndexKey[] | undefined;
  /** Why it does not hold, as the end of a sentence. */
  readonly reason?: string;
  /** The entry before it that does not hold and that it rests on. */
  readonly on?: number;
}

/** What entries say together, and what was checked. It grows with people, requests and sessions, not with bytes. */
export interface Reading {
  state: MemoryState<Rows>;
  tally: Tally;
  /** Entries read. */
  entries: number;
  /** What does not hold and what rests on it, in order. Empty for an honest log. */
  doubts: Doubt[];
}

export const emptyReading = (): Reading => ({
  state: new MemoryState<Rows>(),
  tally: emptyTally(),
  entries: 0,
  doubts: [],
});

/** What entries are read from. */
export type Entries = Pick<ProvenTree, 'size' | 'root' | 'entries' | 'entry'>;

/** A slice of work, in ms, after which a page gets its turn. */
const SLICE = 40;

/**
 * Reads every entry that is there in order, judges it by what the entries before it say, folds it, and hands it to
 * `each`. Where not the `whole` log is there, what lies between is taken as given. An entry that does not hold is
 * noted in `doubts` with what rests on it, and the rest is judged all the same. Throws Fault where an entry cannot be
 * judged, for then nothing after it can.
 */
export async function* readEntries(
  from: Entries,
  whole: boolean,
  reading: Reading,
  each: (entry: Entry, index: number) => void | Promise<void> = () => undefined,
): AsyncGenerator<Step, void, void> {
  const unsigned = yield* readOnce(from, whole, reading, new Map(), each);
  // Signatures are checked while later entries are read. What rests on one that fails is known by reading once more.
  if (unsigned.size > 0) {
    Object.assign(reading, emptyReading());
    yield* readOnce(from, whole, reading, unsigned);
  }
  if (reading.doubts.length === 0)
    yield {
      ...step,
      state: 'ok',
      sentence:
        'Every entry is of a known type, none is earlier than the one before, and none contradicts another.',
    };
}

const step = { key: 'reading', sentence: 'Checking every entry against those before it.' };

/**
 * Reads once. `unsigned` are entries with a signature that is known not to hold, and why. Returns those that were found
 * besides.
 */
async function* readOnce(
  from: Entries,
  whole: boolean,
  reading: Reading,
  unsigned: ReadonlyMap<number, string>,
  each?: (entry: Entry, index: number) => void | Promise<void>,
): AsyncGenerator<Step, Map<number, string>, void> {
  const { tally, doubts } = reading;
  const state = new SuspectState(reading.state);
  const signatures = new Signatures();
  const fetched = new Map<number, Entry>();
  const context: Context = {
    whole,
    state,
    tally,
    signatures,
    keys: new Keys(),
    policies: new Policies(),
    batches: new Map(),
    entryAt: (index) => fetched.get(index),
    batchAt: (browser, number) => context.batches.get(browser)?.[number],
    rootAt: (size) => from.root(size),
  };
  const owed = new Owed();
  const touches = new TouchChecker();
  const found = new Map<number, string>();
  const settle = async (): Promise<void> => {
    for (const { index, error } of await signatures.settle()) {
      if (error instanceof CannotJudge) throw stopping(error, index);
      if (!unsigned.has(index) && !found.has(index)) found.set(index, error.message);
    }
  };

  /** What an entry took away must have ended with it, before anything else came. In a part the end may be left out. */
  const mustHaveEnded = (before: Entry | undefined, index: number): void => {
    const { owing, unseen } = owed.missed(before, index);
    for (const missed of owing) {
      if (unseen && !whole) {
        tally.endsUnseen.push(missed.entry);
        continue;
      }
      state.distrust(...subjectOf(missed.follow), missed.entry);
      doubtMissed(doubts, missed, reading.state);
    }
  };

  let lastTime = 0;
  let turn = performance.now();
  try {
    for await (const { index, bytes } of from.entries()) {
      if (signatures.isFull) await settle();
      if (performance.now() - turn > SLICE || index === 0) {
        yield { ...step, state: 'checking', progress: { done: index, of: from.size } };
        await aMoment();
        turn = performance.now();
      }
      signatures.index = index;
      state.begin();
      let entry: Entry | undefined;
      let reason = unsigned.get(index);
      try {
        entry = decodeEntry(bytes);
        if ((index === 0) !== (entry.type === 'genesis'))
          throw new Contradiction('it is not where the log may begin');
        if (entry.time < lastTime) throw new Contradiction('it is earlier than the one before it');
        lastTime = entry.time;
        mustHaveEnded(entry, index);
        for (const needed of needs(entry, context)) {
          const there = await from.entry(needed);
          if (there) fetched.set(needed, decodeEntry(there));
        }
        bridgeGap(entry, index, context);
        judge(entry, index, context);
        await touches.check(entry, index, context);
        await checkEntry(entry, index, context);
      } catch (error) {
        reason ??= reasonOf(error, index);
      }
      fetched.clear();
      if (reason !== undefined && index === 0) throw new Fault('failed', sayDoubt(index, reason), index);
      const { on } = state;
      if (reason !== undefined) state.blame(index);
      // What the server did with it is what later entries were judged by.
      const unfolded = entry && take(entry, index, state);
      reason ??= unfolded;
      reading.entries++;
      const rests = on ?? (reason === undefined ? state.on : undefined);
      if (reason !== undefined || rests !== undefined)
        doubts.push({
          ...about(entry, index, reading.state),
          ...(reason === undefined ? {} : { reason }),
          ...(rests === undefined ? {} : { on: rests }),
        });
      if (entry && unfolded === undefined)
        owed.took(entry, index, state, context.policies.get(state.get('policy', 'current')?.hash ?? ''));
      if (entry) await each?.(entry, index);
    }
    mustHaveEnded(undefined, from.size);
    await settle();
  } catch (error) {
    // What is known not to hold weighs more than what cannot be judged.
    await settle().catch(() => undefined);
    throw firstDoubt(doubts, found) ?? error;
  }
  return found;
}

function about(
  entry: Entry | undefined,
  index: number,
  state: State,
): Pick<Doubt, 'entry' | 'time' | 'places'> {
  try {
    return { entry: index, time: entry?.time, places: entry && indexKeysOf(entry, state) };
  } catch {
    // What somebody signed in it is not in its form.
    return { entry: index, time: entry?.time, places: undefined };
  }
}

/** The entry that took something away does not hold without what had to end with it. */
function doubtMissed(doubts: Doubt[], missed: Owing, state: State): void {
  const { entry, time, follow } = missed;
  const places = indexKeysOf({ v: 1, time, rand: '', ...follow }, state);
  const at = doubts.findIndex((doubt) => doubt.entry >= entry);
  const known = at === -1 || doubts[at]?.entry !== entry ? undefined : doubts[at];
  const doubt: Doubt = {
    ...known,
    entry,
    time,
    places: known && !known.places ? undefined : [...(known?.places ?? []), ...places],
    reason: known?.reason ?? sayMissed(follow),
  };
  doubts.splice(at === -1 ? doubts.length : at, known ? 1 : 0, doubt);
}

/** Folds an entry. Returns why it cannot be, if so: then nothing of it is in the state. */
function take(entry: Entry, index: number, state: SuspectState): string | undefined {
  if ((index === 0) !== (entry.type === 'genesis')) return undefined;
  try {
    fold(state, entry, index);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Entries before this one that its rule asks for. */
function needs(entry: Entry, { batchAt }: Context): number[] {
  if (entry.type === 'detail.erased') return entry.body.below === undefined ? [] : [entry.body.below - 1];
  if (entry.type !== 'browser.ended' || !entry.body.evidence) return [];
  const { number } = JSON.parse(entry.body.evidence.text) as { number?: unknown };
  const index = typeof number === 'number' ? batchAt(entry.body.browser, number) : undefined;
  return index === undefined ? [] : [index];
}

/** Why an entry does not hold. Throws Fault where it cannot be judged, and what is about no entry. */
function reasonOf(error: unknown, index: number): string {
  if (error instanceof Fault) throw error;
  const isNewer = (error instanceof EntryError || error instanceof FormError) && error.newer;
  if (isNewer || error instanceof CannotJudge) throw stopping(error, index);
  const isOurs = error instanceof FormError || error instanceof SyntaxError;
  if (isOurs) return 'what was signed in it is not in its form';
  return error instanceof Error ? error.message : String(error);
}

const stopping = (error: Error, index: number): Fault =>
  new Fault('unknown', `Entry ${index} cannot be judged, nor what follows: ${error.message}.`, index);

export const sayDoubt = (entry: number, reason: string): string => `Entry ${entry} does not hold: ${reason}.`;

function firstDoubt(doubts: readonly Doubt[], unsigned: ReadonlyMap<number, string>): Fault | undefined {
  const all = new Map(unsigned);
  for (const { entry, reason } of doubts) if (reason !== undefined) all.set(entry, reason);
  const [first] = [...all].sort(([a], [b]) => a - b);
  return first && new Fault('failed', sayDoubt(...first), first[0]);
}
