import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { doneBy } from '#shared/domain/dual-control/fold.ts';
import { change } from '#shared/domain/state.ts';
import { personKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';

export const fold: Reducers<Names> = {
  'genesis/1'(state, { body, time }, index) {
    const { origin, logKey, leaseKey, rpId, webOrigin, extensionOrigins, administrator: a } = body;
    const place = { rpId, webOrigin, extensionOrigins };
    state.put('log', 'log', { origin, logKey, leaseKey, ...place, entry: index, since: time });
    state.put('person', a.person, {
      id: a.person,
      handle: a.handle,
      roles: ['engineer', 'approver', 'auditor', 'administrator'],
      status: 'active',
      since: time,
    });
    state.put('key', a.key.id, { ...a.key, person: a.person, added: time, entry: index });
  },

  'log.recovered/1'(state, { body, time }, index) {
    const { origin, logKey, leaseKey } = body;
    change(state, 'log', 'log', (row) => ({
      ...row,
      origin,
      logKey,
      leaseKey,
      entry: index,
      since: time,
      before: { origin: row.origin, logKey: row.logKey, leaseKey: row.leaseKey },
    }));
    // What browsers hold may rest on what was lost, and their next batch on one that the log no longer has.
    for (const [id, grant] of state.all('grant'))
      if (grant.status !== 'ended') {
        const entries = [...grant.entries, index];
        state.put('grant', id, { ...grant, status: 'ended', endedHow: 'recovered', endedAt: time, entries });
        if (grant.session)
          change(state, 'session', grant.session, (row) => ({
            ...row,
            ended: time,
            entries: [...row.entries, index],
          }));
      }
    for (const [id, request] of state.all('request'))
      if (request.status === 'waiting')
        state.put('request', id, {
          ...request,
          status: 'expired',
          lapsedHow: 'recovered',
          lapsedAt: time,
          entries: [...request.entries, index],
        });
    for (const [id, browser] of state.all('browser'))
      if (browser.status === 'paired') state.put('browser', id, { ...browser, status: 'unpaired' });
  },

  'log.key-rotated/1'(state, { body, time }, index) {
    const { act, by, logKey, leaseKey } = body;
    doneBy(state, act, by, index);
    change(state, 'log', 'log', (row) => ({
      ...row,
      logKey,
      leaseKey,
      entry: index,
      since: time,
      before: { origin: row.origin, logKey: row.logKey, leaseKey: row.leaseKey },
    }));
  },
};

export const indexKeys: IndexKeys<Names> = {
  'genesis/1'({ body }) {
    return personKeys(body.administrator.person);
  },
  'log.recovered/1'({ body }) {
    return body.touches.flatMap(({ by }) => personKeys(by));
  },
  'log.key-rotated/1'({ body }, state) {
    return [...personKeys(body.by), ...personKeys(state.get('act', body.act ?? '')?.by)];
  },
};

export const topics: Topics<Names> = {
  'genesis/1': () => ['people'],
  'log.recovered/1': () => ['inbox', 'live', 'people', 'browsers', 'consoles'],
  'log.key-rotated/1': () => ['acts'],
};
