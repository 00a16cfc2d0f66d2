import type { Rules } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { type Facts, mustAdminister, mustBeNew, mustHold, row } from '#shared/domain/judging.ts';

export const rules: Rules<Names> = {
  'act.proposed/1'({ body, time }, index, { state }) {
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
  },

  'act.withdrawn/1'({ body }, _, { state }) {
    mustAdminister(state, body.by);
    mustHold(row(state, 'act', body.act).status === 'proposed', 'the act did not wait any more');
  },
};

/** The longest that a proposal waits for the second administrator, in ms. */
export const longestWait = 24 * 3_600_000;

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
