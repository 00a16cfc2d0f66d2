import type { Topic } from '#shared/wire/stream.ts';
import type { State } from '#shared/domain/state.ts';
import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { personKeys, requestKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { change, must } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'grant.ended/1'(state, { body, time }, index) {
    const grant = must(state, 'grant', body.grant);
    state.put('grant', grant.id, {
      ...grant,
      status: 'ended',
      endedHow: body.how,
      endedAt: time,
      ...(body.by === undefined ? {} : { endedBy: body.by }),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      entries: [...grant.entries, index],
    });
    if (grant.session)
      change(state, 'session', grant.session, (row) => ({
        ...row,
        ended: time,
        entries: [...row.entries, index],
      }));
  },

  'grant.shortened/1'(state, { body }, index) {
    change(state, 'grant', body.grant, (row) => ({
      ...row,
      until: body.until,
      entries: [...row.entries, index],
    }));
  },
};

export const indexKeys: IndexKeys<Names> = {
  'grant.ended/1'({ body }, state) {
    const grant = state.get('grant', body.grant);
    return [
      ...personKeys(body.by),
      ...(grant ? requestKeys(state, grant.request) : []),
      ...(grant?.session === undefined ? [] : [`session:${grant.session}` as const]),
    ];
  },
  'grant.shortened/1'({ body }, state) {
    const grant = state.get('grant', body.grant);
    return [
      ...(grant ? requestKeys(state, grant.request) : []),
      ...(grant?.session === undefined ? [] : [`session:${grant.session}` as const]),
    ];
  },
};

export const topics: Topics<Names> = {
  'grant.ended/1': ({ body }, state) => ['inbox', 'live', ...ofGrant(body.grant, state)],
  'grant.shortened/1': ({ body }, state) => ['inbox', 'live', ...ofGrant(body.grant, state)],
};

/** A grant that ended or has less time: its browser shuts at the nudge, not at the next heartbeat. */
function ofGrant(id: string, state: State): Topic[] {
  const grant = state.get('grant', id);
  if (!grant) return [];
  const { request, session, browser } = grant;
  return [
    `request:${request}`,
    ...(session === undefined ? [] : [`session:${session}` as const]),
    `browser:${browser}`,
  ];
}

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'grant.ended/1': ({ body: { reason } }) => (reason === undefined ? [] : [{ commitment: reason }]),
};
