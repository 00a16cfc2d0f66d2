import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import { change } from '#shared/domain/state.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'template.saved/1'(state, { body, time }, entry) {
    const { template: id, person, request, name } = body;
    state.put('template', id, { id, person, request, name, saved: time, entry });
  },

  'template.deleted/1'(state, { body, time }) {
    change(state, 'template', body.template, (row) => ({ ...row, deleted: time }));
  },
};

export const indexKeys: IndexKeys<Names> = {
  'template.saved/1': ({ body }) => personKeys(body.person),
  'template.deleted/1': ({ body }) => personKeys(body.person),
};

export const topics: Topics<Names> = {
  'template.saved/1': () => [],
  'template.deleted/1': () => [],
};

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'template.saved/1': ({ body }) => [{ commitment: body.name }],
};
