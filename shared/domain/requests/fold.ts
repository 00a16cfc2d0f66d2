import { outcomeOf } from './outcome.ts';
import type { Topic } from '#shared/wire/stream.ts';
import type { State } from '#shared/domain/state.ts';
import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys, requestKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { type Ask, askOf } from './statements.ts';
import { change, must } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'request.asked/1'(state, { body, time }, index) {
    const ask = askOf(body.ask);
    state.put('ask', body.hash, { request: body.request });
    state.put('request', body.request, {
      id: body.request,
      hash: body.hash,
      person: body.person.id,
      browser: ask.browser,
      console: ask.console,
      level: ask.level,
      seconds: ask.seconds,
      justification: ask.justification,
      ticket: ask.ticket,
      address: ask.address,
      extends: ask.extends,
      asked: time,
      expires: body.expires,
      policy: body.policy,
      eligibility: body.eligibility,
      decides: body.decides,
      status: 'waiting',
      decisions: [],
      entries: [index],
    });
  },

  'request.withdrawn/1'(state, { body }, index) {
    change(state, 'request', body.request, (row) => ({
      ...row,
      status: 'withdrawn',
      entries: [...row.entries, index],
    }));
  },

  'request.expired/1'(state, { body, time }, index) {
    const { request, how, by } = body;
    change(state, 'request', request, (row) => ({
      ...row,
      status: 'expired',
      ...(how === undefined ? {} : { lapsedHow: how, lapsedAt: time }),
      ...(by === undefined ? {} : { lapsedBy: by }),
      entries: [...row.entries, index],
    }));
  },

  'request.decided/1'(state, { body, time }, index) {
    const request = must(state, 'request', body.request);
    const decisions = [
      ...request.decisions,
      {
        by: body.approver.id,
        at: time,
        with: body.touch.credential,
        decision: body.decision,
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      },
    ];
    const status = outcomeOf(decisions);
    state.put('request', request.id, {
      ...request,
      status,
      decisions,
      ...(status === 'waiting' ? {} : { decidedAt: time }),
      ...(body.grant === undefined ? {} : { grant: body.grant }),
      entries: [...request.entries, index],
    });
    if (status !== 'approved') return;
    if (!body.grant || !body.terms)
      throw new Error('the log contradicts itself: an approval without grant or terms');
    const { grant, terms } = body;
    if (request.extends) {
      change(state, 'grant', grant, (row) => ({
        ...row,
        given: time,
        until: terms.until,
        entries: [...row.entries, index],
      }));
      return;
    }
    state.put('grant', grant, {
      id: grant,
      request: request.id,
      person: request.person,
      browser: request.browser,
      console: terms.console,
      level: terms.level,
      made: time,
      given: time,
      until: terms.until,
      basis: 'approved',
      status: 'approved',
      entries: [index],
    });
  },
};

export const indexKeys: IndexKeys<Names> = {
  'request.asked/1'({ body }) {
    return [...personKeys(body.person.id), `console:${(JSON.parse(body.ask.text) as Ask).console}`];
  },
  'request.withdrawn/1'({ body }, state) {
    return requestKeys(state, body.request);
  },
  'request.expired/1'({ body }, state) {
    return [...requestKeys(state, body.request), ...personKeys(body.by)];
  },
  'request.decided/1'({ body }, state) {
    return [...requestKeys(state, body.request), ...personKeys(body.approver.id)];
  },
};

export const topics: Topics<Names> = {
  'request.asked/1': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.withdrawn/1': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.expired/1': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.decided/1': ({ body }, state) => ['inbox', 'live', ...ofRequest(body.request, state)],
};

/** A request and the browser that made it. */
export function ofRequest(id: string, state: State): Topic[] {
  const request = state.get('request', id);
  return request ? [`request:${id}`, `browser:${request.browser}`] : [`request:${id}`];
}

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'request.asked/1': ({ body }) => {
    const { justification, ticket, address } = askOf(body.ask);
    return [justification, ticket, address]
      .filter((commitment) => commitment !== '')
      .map((commitment) => ({ commitment }));
  },
  'request.decided/1': ({ body: { reason } }) => (reason === undefined ? [] : [{ commitment: reason }]),
};
