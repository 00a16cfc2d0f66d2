import type { EntryOf, Rows } from '#shared/entries/types.ts';
import { type Facts, mustAdminister, mustBeNew, policyInForce, row } from './rules.ts';
import { mustHold } from './types.ts';

/** The rules of what takes two administrators, apart from their touches. Each throws Contradiction. */

/** The longest that a proposal waits for the second administrator, in ms. */
export const longestWait = 24 * 3_600_000;

export function proposedRule({ body, time }: EntryOf<'act.proposed'>, index: number, { state }: Facts): void {
  const { act, what, by, expires } = body;
  mustBeNew(state, 'act', act);
  mustAdminister(state, by);
  mustHold(expires > time && expires <= time + longestWait, 'it waits for nothing, or for too long');
  if (what.type !== 'erasure') return;
  const isAscending = what.entries.every((entry, i) => i === 0 || entry > (what.entries[i - 1] ?? entry));
  mustHold(isAscending, 'it names the entries out of order, or one twice');
  mustHold(
    (what.entries.at(-1) ?? index) < index,
    'it would erase the details of entries that were not there',
  );
}

export function withdrawnActRule({ body }: EntryOf<'act.withdrawn'>, _: number, { state }: Facts): void {
  mustAdminister(state, body.by);
  mustHold(row(state, 'act', body.act).status === 'proposed', 'the act did not wait any more');
}

/** The act that this person confirms now, as the second of two who are both administrators still. */
export function confirmedAct<T extends Rows['act']['what']['type']>(
  { state }: Facts,
  { id, by, type, time }: { id: string | undefined; by: string | undefined; type: T; time: number },
): Rows['act'] & { what: Extract<Rows['act']['what'], { type: T }> } {
  const act = row(state, 'act', id ?? '');
  mustHold(act.status === 'proposed' && time <= act.expires, 'the act did not wait any more');
  mustHold(by !== undefined && by !== act.by, 'one person proposed and confirmed it');
  mustAdminister(state, by);
  mustAdminister(state, act.by);
  mustHold(act.what.type === type, 'it does something else than was proposed');
  return act as Rows['act'] & { what: Extract<Rows['act']['what'], { type: T }> };
}

export function erasedRule({ body, time }: EntryOf<'detail.erased'>, index: number, facts: Facts): void {
  const { how, act, by, touch, below, policy } = body;
  if (how === 'demand') {
    mustHold(
      touch !== undefined && below === undefined && policy === undefined,
      'it is no erasure on demand',
    );
    confirmedAct(facts, { id: act, by, type: 'erasure', time });
    return;
  }
  mustHold(
    below !== undefined &&
      policy !== undefined &&
      act === undefined &&
      by === undefined &&
      touch === undefined,
    'it is no erasure by policy',
  );
  mustHold(below <= index, 'it erased the details of entries that were not there');
  const { retention } = policyInForce(facts, policy);
  mustHold(retention !== undefined, 'policy keeps details for ever');
  // Undefined where the entry is not disclosed: then its age is not known here.
  const last = facts.entryAt(below - 1);
  mustHold(
    last === undefined || last.time <= time - retention * 1000,
    'it erased details sooner than policy says',
  );
}
