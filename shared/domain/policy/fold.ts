import type { IndexKeys, Reducers } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'policy.loaded/1'(state, { body }, index) {
    state.put('policy', 'current', { hash: body.hash, entry: index });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'policy.loaded/1': () => [],
};
