import type { Topic } from '#shared/wire/stream.ts';
import type { State } from '#shared/domain/state.ts';
import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import { type Names, byOf } from './entries.ts';
import { change } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'person.invited/1'(state, { body, time }) {
    const { person, handle, roles } = body;
    state.put('person', person, { id: person, handle, roles, status: 'invited', since: time });
    state.put('invitation', body.invitation, { person, expires: body.expires, used: false });
  },

  'key.enrolled/1'(state, { body, time }, index) {
    if (body.invitation !== undefined) {
      change(state, 'invitation', body.invitation, (row) => ({ ...row, used: true }));
      change(state, 'person', body.person, (row) => ({ ...row, status: 'active' }));
    }
    state.put('key', body.key.id, { ...body.key, person: body.person, added: time, entry: index });
  },

  'key.removed/1'(state, { body, time }) {
    change(state, 'key', body.key, (row) => ({ ...row, removed: time }));
  },

  'person.roles-changed/1'(state, { body }) {
    change(state, 'person', body.person, (row) => ({ ...row, roles: body.roles }));
  },

  'person.disabled/1'(state, { body }) {
    change(state, 'person', body.person, (row) => ({ ...row, status: 'disabled' }));
  },

  'person.reset/1'(state, { body, time }) {
    change(state, 'person', body.person, (row) => ({
      ...row,
      status: 'invited',
      ...(body.authority.kind === 'host' ? { resetByHost: time } : {}),
    }));
    for (const [key, row] of state.all('key'))
      if (row.person === body.person && row.removed === undefined)
        change(state, 'key', key, (row) => ({ ...row, removed: time }));
    for (const [browser, row] of state.all('browser'))
      if (row.person === body.person && row.status === 'paired')
        change(state, 'browser', browser, (row) => ({ ...row, status: 'unpaired' }));
    // A link from before may be what was lost; from here on only the new one opens anything.
    for (const [hash, row] of state.all('invitation'))
      if (row.person === body.person && !row.used)
        change(state, 'invitation', hash, (row) => ({ ...row, used: true }));
    state.put('invitation', body.invitation, { person: body.person, expires: body.expires, used: false });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'person.invited/1'({ body }) {
    return [...personKeys(body.person), ...personKeys(byOf(body.authority))];
  },
  'key.enrolled/1'({ body }) {
    return personKeys(body.person);
  },
  'key.removed/1'({ body }) {
    return personKeys(body.person);
  },
  'person.roles-changed/1'({ body }) {
    return [...personKeys(body.person), ...personKeys(byOf(body.authority))];
  },
  'person.disabled/1'({ body }) {
    return [...personKeys(body.person), ...personKeys(byOf(body.authority))];
  },
  'person.reset/1'({ body }) {
    return [...personKeys(body.person), ...personKeys(byOf(body.authority))];
  },
};

export const topics: Topics<Names> = {
  'person.invited/1': () => ['people', 'inbox'],
  'key.enrolled/1': () => ['people'],
  'key.removed/1': () => ['people'],
  'person.roles-changed/1': () => ['people', 'inbox'],
  'person.disabled/1': ({ body }, state) => cutOff(body.person, state),
  'person.reset/1': ({ body }, state) => cutOff(body.person, state),
};

/** Whoever lost their right: their browsers are to shut what they hold open. */
const cutOff = (person: string, state: State): Topic[] => [
  'people',
  'inbox',
  'live',
  ...[...state.all('browser')].flatMap(([id, row]): Topic[] =>
    row.person === person ? [`browser:${id}`] : [],
  ),
];

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'person.disabled/1': ({ body }) => [{ commitment: body.reason }],
};
