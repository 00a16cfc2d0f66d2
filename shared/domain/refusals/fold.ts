import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { browserKeys, personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'attempt.refused/1'() {
    // Kept to be read; it changes nothing.
  },
};

export const indexKeys: IndexKeys<Names> = {
  'attempt.refused/1'({ body }, state) {
    return [...personKeys(body.person), ...browserKeys(state, body.browser)];
  },
};

export const topics: Topics<Names> = {
  'attempt.refused/1': () => [],
};
