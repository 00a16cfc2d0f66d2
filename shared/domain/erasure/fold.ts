import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { doneBy } from '#shared/domain/dual-control/fold.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'detail.erased/1'(state, { body, time }, index) {
    if (body.below !== undefined) {
      state.put('erasure', `${index}`, { at: time, by: [], below: body.below });
      return;
    }
    const { what, by } = must(state, 'act', body.act ?? '');
    if (what.type !== 'erasure' || body.by === undefined)
      throw new Error('the log contradicts itself: an erasure by another act, or by nobody');
    doneBy(state, body.act ?? '', body.by, index);
    state.put('erasure', `${index}`, { at: time, by: [by, body.by], entries: what.entries });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'detail.erased/1'({ body }, state) {
    return [...personKeys(body.by), ...personKeys(state.get('act', body.act ?? '')?.by)];
  },
};

export const topics: Topics<Names> = {
  'detail.erased/1': ({ body }) => (body.act === undefined ? [] : ['acts']),
};
