import { browserKeys, personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { change } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'browser.paired/1'(state, { body, time }, index) {
    const { browser, person, publicKey, label } = body;
    state.put('browser', browser, {
      id: browser,
      person,
      publicKey,
      label,
      paired: time,
      status: 'paired',
      number: -1,
      chain: '',
      last: -1,
      entry: index,
    });
  },

  'browser.ended/1'(state, { body }) {
    change(state, 'browser', body.browser, (row) => ({ ...row, status: body.how }));
  },

  'browser.released/1'(state, { body }) {
    change(state, 'browser', body.browser, (row) => ({ ...row, status: 'released' }));
  },
};

export const indexKeys: IndexKeys<Names> = {
  'browser.paired/1'({ body }) {
    return personKeys(body.person);
  },
  'browser.ended/1'({ body }, state) {
    return [...browserKeys(state, body.browser), ...personKeys(body.by)];
  },
  'browser.released/1'({ body }, state) {
    return [...browserKeys(state, body.browser), ...personKeys(body.by)];
  },
};

export const topics: Topics<Names> = {
  'browser.paired/1': () => ['pairing', 'people'],
  'browser.ended/1': ({ body }) => ['people', 'live', `browser:${body.browser}`],
  'browser.released/1': ({ body }) => ['people', 'live', `browser:${body.browser}`],
};
