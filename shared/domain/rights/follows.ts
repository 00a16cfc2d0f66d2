import type { State } from '#shared/domain/state.ts';
import type { Body, Entry, Rows } from '#shared/domain/entries.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { definitionOf } from '#shared/domain/index.ts';
import type { Taken } from './taken.ts';
import { endNow, requestLasts } from './standing.ts';

/** An entry that must come with another one, in the same transaction. */
export type Follow =
  | { type: 'request.expired'; body: Body<'request.expired'> }
  | { type: 'grant.ended'; body: Body<'grant.ended'> }
  | { type: 'grant.shortened'; body: Body<'grant.shortened'> };

/** What is still open: waiting requests, and grants that have not ended. */
export interface Open {
  requests: Iterable<Rows['request']>;
  grants: Iterable<Rows['grant']>;
}

export function openIn(state: State): Open {
  return {
    requests: [...state.all('request')].flatMap(([, row]) => (row.status === 'waiting' ? [row] : [])),
    grants: [...state.all('grant')].flatMap(([, row]) => (row.status === 'ended' ? [] : [row])),
  };
}

/**
 * What must follow an entry that takes rights away, so that nobody keeps what they no longer may have: `state` is the
 * one that the entry leaves behind, `policy` the one in force in it.
 */
export function followsOf(
  entry: Entry,
  state: State,
  policy: Policy | undefined,
  open: (state: State) => Open = openIn,
): Follow[] {
  if (entry.type === 'grant.ended')
    return [...open(state).requests]
      .filter((request) => request.extends === entry.body.grant)
      .map(({ id }) => ({ type: 'request.expired', body: { request: id, how: 'session-ended' } }));
  const taken = definitionOf(entry).takes?.(entry);
  return taken ? afterTaking(entry, state, policy, open(state), taken) : [];
}

function afterTaking(
  { time }: Entry,
  state: State,
  policy: Policy | undefined,
  open: Open,
  { how, by, takes }: Taken,
): Follow[] {
  if (!policy) return [];
  const because = (reason: Taken['how']) => ({
    how: reason ?? 'no-longer-allowed',
    ...(by === undefined ? {} : { by }),
  });
  const follows: Follow[] = [];
  for (const request of open.requests)
    if (takes(request) || !requestLasts(policy, state, request)) {
      const body = { request: request.id, ...because(takes(request) ? how : undefined) };
      follows.push({ type: 'request.expired', body });
    }
  for (const grant of open.grants) {
    const end = endNow(policy, state, grant, time);
    if (takes(grant) || end === 'now') {
      const body = { grant: grant.id, ...because(takes(grant) ? how : undefined) };
      follows.push({ type: 'grant.ended', body });
    } else if (end !== undefined) {
      follows.push({ type: 'grant.shortened', body: { grant: grant.id, until: end } });
    }
  }
  return follows;
}
