import { EntryError, decodeEntry } from '#shared/entries/codec.ts';
import { fold } from '#shared/entries/fold.ts';
import type { Entry, Rows } from '#shared/entries/types.ts';
import { MemoryState } from '#shared/entries/view.ts';
import { judge } from './judge.ts';
import { Keys } from './keys.ts';
import { type Context, type Tally, emptyTally } from './rules.ts';
import { Signatures } from './signatures.ts';
import { TouchChecker } from './touches.ts';
import { type ProvenTree, aMoment } from './tree.ts';
import { CannotJudge, Fault, type Step } from './types.ts';

/** What entries say together, and what was checked. It grows with people, requests and sessions, not with bytes. */
export interface Reading {
  readonly state: MemoryState<Rows>;
  readonly tally: Tally;
  /** Entries read. */
  entries: number;
}

export const emptyReading = (): Reading => ({
  state: new MemoryState<Rows>(),
  tally: emptyTally(),
  entries: 0,
});

/** What entries are read from. */
export type Entries = Pick<ProvenTree, 'size' | 'root' | 'entries' | 'entry'>;

/** A slice of work, in ms, after which a page gets its turn. */
const SLICE = 40;

/**
 * Reads every entry that is there in order, judges it by what the entries before it say, folds it, and hands it to
 * `each`. Where not the `whole` log is there, what lies between is taken as given. Throws Fault with the first entry
 * that does not hold or cannot be judged; what follows from such an entry means nothing.
 */
export async function* readEntries(
  from: Entries,
  whole: boolean,
  reading: Reading,
  each: (entry: Entry, index: number) => void | Promise<void> = () => undefined,
): AsyncGenerator<Step, void, void> {
  const { state, tally } = reading;
  const signatures = new Signatures();
  const context: Context = {
    whole,
    state,
    tally,
    signatures,
    keys: new Keys(),
    policies: new Map(),
    asks: new Set(),
    batches: new Map(),
    entryAt: async (index) => {
      const bytes = await from.entry(index);
      return bytes && decodeEntry(bytes);
    },
    rootAt: (size) => from.root(size),
  };
  const touches = new TouchChecker(from);
  let lastTime = 0;
  let turn = performance.now();
  try {
    for await (const { index, bytes } of from.entries()) {
      if (signatures.isFull) await signatures.settle();
      if (performance.now() - turn > SLICE || index === 0) {
        yield { ...step, state: 'checking', progress: { done: index, of: from.size } };
        await aMoment();
        turn = performance.now();
      }
      signatures.index = index;
      try {
        const entry = decodeEntry(bytes);
        if (entry.time < lastTime)
          throw new Fault('failed', `Entry ${index} is earlier than the one before it.`, index);
        if ((index === 0) !== (entry.type === 'genesis'))
          throw new Fault('failed', `Entry ${index} is not where the log may begin.`, index);
        lastTime = entry.time;
        await touches.check(entry, index, context);
        await judge(entry, index, context);
        fold(state, entry, index);
        await each(entry, index);
        reading.entries++;
      } catch (error) {
        throw faultOf(error, index);
      }
    }
  } catch (error) {
    // A signature before it, that was still being checked, comes first.
    await signatures.settle();
    throw error;
  }
  await signatures.settle();
  yield {
    ...step,
    state: 'ok',
    sentence:
      'Every entry is of a known type, none is earlier than the one before, and none contradicts another.',
  };
}

const step = { key: 'reading', sentence: 'Judging every entry by those before it.' };

/** Everything that is thrown while an entry is judged is about the entry. */
function faultOf(error: unknown, index: number): Fault {
  if (error instanceof Fault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if ((error instanceof EntryError && error.unknownType) || error instanceof CannotJudge)
    return new Fault('unknown', `Entry ${index} cannot be judged, nor what follows: ${reason}.`, index);
  const isOurs = error instanceof Error && (error.name === 'ZodError' || error.name === 'SyntaxError');
  return new Fault(
    'failed',
    `Entry ${index} does not hold: ${isOurs ? 'what was signed in it is not in its form' : reason}.`,
    index,
  );
}
