import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'policy.loaded/1'(state, { body }, index) {
    state.put('policy', 'current', { hash: body.hash, entry: index });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'policy.loaded/1': () => [],
};

export const topics: Topics<Names> = {
  'policy.loaded/1': () => ['policy', 'inbox', 'live', 'consoles'],
};
