import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { type FoldedState, change } from '#shared/domain/state.ts';

/** An act was confirmed by a second person, in the entry at `index`. */
export function doneBy(state: FoldedState, act: string, by: string, index: number): void {
  change(state, 'act', act, (row) => ({
    ...row,
    status: 'done',
    confirmedBy: by,
    entries: [...row.entries, index],
  }));
}

export const fold: Reducers<Names> = {
  'act.proposed/1'(state, { body, time }, index) {
    const { act, what, by, expires } = body;
    state.put('act', act, {
      id: act,
      what,
      by,
      proposed: time,
      expires,
      status: 'proposed',
      entries: [index],
    });
  },

  'act.withdrawn/1'(state, { body }, index) {
    change(state, 'act', body.act, (row) => ({
      ...row,
      status: 'withdrawn',
      entries: [...row.entries, index],
    }));
  },
};

export const indexKeys: IndexKeys<Names> = {
  'act.proposed/1'({ body }) {
    return personKeys(body.by);
  },
  'act.withdrawn/1'({ body }) {
    return personKeys(body.by);
  },
};

export const topics: Topics<Names> = {
  'act.proposed/1': () => ['acts'],
  'act.withdrawn/1': () => ['acts'],
};

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'act.proposed/1': ({ body: { what } }) => (what.type === 'erasure' ? [{ commitment: what.reason }] : []),
};
