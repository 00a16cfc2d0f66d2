import { ofRequest } from '#shared/domain/requests/fold.ts';
import type { IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { requestKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { change, must } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'session.started/1'(state, { body, time }, index) {
    const request = must(state, 'request', body.request);
    const { terms } = body;
    if (body.basis === 'self-approved') {
      state.put('request', request.id, {
        ...request,
        status: 'approved',
        decidedAt: time,
        grant: body.grant,
        entries: [...request.entries, index],
      });
      if (request.extends) {
        change(state, 'grant', body.grant, (row) => ({
          ...row,
          given: time,
          until: terms.until,
          entries: [...row.entries, index],
        }));
        return;
      }
      state.put('grant', body.grant, {
        id: body.grant,
        request: request.id,
        person: request.person,
        browser: request.browser,
        console: terms.console,
        level: terms.level,
        made: time,
        given: time,
        until: terms.until,
        basis: 'self-approved',
        status: 'approved',
        entries: [],
      });
    }
    change(state, 'grant', body.grant, (row) => ({
      ...row,
      status: 'running',
      session: body.session,
      entries: [...row.entries, index],
    }));
    state.put('session', body.session, {
      id: body.session,
      grant: body.grant,
      request: request.id,
      person: request.person,
      browser: request.browser,
      console: terms.console,
      level: terms.level,
      started: time,
      startedWith: body.touch.credential,
      actions: 0,
      violations: 0,
      entries: [index],
    });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'session.started/1'({ body }, state) {
    return [...requestKeys(state, body.request), `session:${body.session}`];
  },
};

export const topics: Topics<Names> = {
  'session.started/1': ({ body }, state) => ['inbox', 'live', 'people', ...ofRequest(body.request, state)],
};
