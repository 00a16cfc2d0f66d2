import { EntryError, decodeEntry } from '#shared/entries/codec.ts';
import { fold } from '#shared/entries/fold.ts';
import type { Entry, Rows } from '#shared/entries/types.ts';
import { MemoryState } from '#shared/entries/view.ts';
import * as access from './access.ts';
import { Keys } from './keys.ts';
import * as people from './people.ts';
import { type Context, type Tally, emptyTally, loadPolicy } from './rules.ts';
import { TouchChecker } from './touches.ts';
import type { Tree } from './tree.ts';
import { CannotJudge, Fault, type Step } from './types.ts';

/** A log that was read: its entries, what they say together, and what was checked. */
export interface Reading {
  readonly entries: Entry[];
  readonly state: MemoryState<Rows>;
  readonly tally: Tally;
}

export const emptyReading = (): Reading => ({
  entries: [],
  state: new MemoryState<Rows>(),
  tally: emptyTally(),
});

/**
 * Reads every entry in order, judges it by what the entries before it say, and folds it. Throws Fault with the first
 * entry that does not hold or cannot be judged; what follows from such an entry means nothing.
 */
export async function* readEntries(
  tree: Tree,
  log: { origin: string; logKey: string },
  reading: Reading,
): AsyncGenerator<Step, void, void> {
  const { entries, state, tally } = reading;
  const context: Context = {
    ...log,
    state,
    tally,
    keys: new Keys(),
    policies: new Map(),
    asks: new Set(),
    batches: new Map(),
  };
  const touches = new TouchChecker(tree.roots);
  const of = tree.entries.length;
  let lastTime = 0;
  for (const [index, bytes] of tree.entries.entries()) {
    if (index % 32 === 0) {
      yield { ...step, state: 'checking', progress: { done: index, of } };
      // A page must stay awake while this runs.
      await new Promise((resolve) => setTimeout(resolve));
    }
    try {
      const entry = decodeEntry(bytes);
      if (entry.time < lastTime)
        throw new Fault('failed', `Entry ${index} is earlier than the one before it.`, index);
      if ((index === 0) !== (entry.type === 'genesis'))
        throw new Fault('failed', `Entry ${index} is not where the log may begin.`, index);
      lastTime = entry.time;
      await touches.check(entry, index, context);
      await rule(entry, index, context);
      fold(state, entry, index);
      entries.push(entry);
    } catch (error) {
      throw faultOf(error, index);
    }
  }
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
  if (error instanceof EntryError && error.unknownType)
    return new Fault('unknown', `Entry ${index} cannot be judged, nor what follows: ${reason}.`, index);
  if (error instanceof CannotJudge)
    return new Fault('unknown', `Entry ${index} cannot be judged, nor what follows: ${reason}.`, index);
  const isOurs = error instanceof Error && (error.name === 'ZodError' || error.name === 'SyntaxError');
  return new Fault(
    'failed',
    `Entry ${index} does not hold: ${isOurs ? 'what was signed in it is not in its form' : reason}.`,
    index,
  );
}

async function rule(entry: Entry, index: number, context: Context): Promise<void> {
  switch (entry.type) {
    case 'genesis':
      return people.genesisRule(entry, index, context);
    case 'policy.loaded':
      return loadPolicy(context, entry.body.hash, entry.body.text);
    case 'person.invited':
      return people.invitedRule(entry, context);
    case 'key.enrolled':
      return people.enrolledRule(entry, context);
    case 'key.removed':
      return people.removedRule(entry, context);
    case 'person.roles-changed':
      return people.rolesRule(entry, context);
    case 'person.disabled':
      return people.disabledRule(entry, context);
    case 'person.reset':
      return people.resetRule(entry, index, context);
    case 'browser.paired':
      return people.pairedRule(entry, context);
    case 'browser.ended':
      return people.browserEndedRule(entry, index, context);
    case 'request.asked':
      return access.askedRule(entry, context);
    case 'request.withdrawn':
      return access.withdrawnRule(entry, context);
    case 'request.expired':
      return access.expiredRule(entry, context);
    case 'request.decided':
      return access.decidedRule(entry, context);
    case 'session.started':
      return access.startedRule(entry, context);
    case 'grant.ended':
      return access.endedRule(entry, index, context);
    case 'actions.recorded':
      return access.recordedRule(entry, index, context);
    case 'attempt.refused':
      return;
  }
}
