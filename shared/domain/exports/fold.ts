import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'evidence.exported/1'() {
    // Kept to be read; it changes nothing.
  },
};

export const indexKeys: IndexKeys<Names> = {
  'evidence.exported/1'({ body }) {
    return personKeys(body.by);
  },
};

export const topics: Topics<Names> = {
  'evidence.exported/1': () => [],
};
