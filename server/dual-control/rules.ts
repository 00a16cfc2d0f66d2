import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { longestWait } from '#shared/domain/dual-control/rules.ts';
import { requireActive } from '../people/index.ts';

/** The rules of what takes two administrators. Each throws a Refusal or returns what it found. */

/** How long a proposal waits for the second administrator, in ms. */
export const actLife = longestWait;

/** The act while it waits to be confirmed. */
export function waitingAct(state: State, id: string, now: number): Rows['act'] {
  const act = state.get('act', id);
  if (!act) throw new Refusal('not_found');
  if (act.status !== 'proposed' || act.expires < now) throw new Refusal('no_longer_open');
  return act;
}

/** The act as this person may confirm it: the other of two who are both administrators at this moment. */
export function confirmableAct(
  state: State,
  id: string,
  by: { person: string; credential: string },
  now: number,
): Rows['act'] {
  const act = waitingAct(state, id, now);
  if (act.by === by.person) throw new Refusal('own_act');
  requireActive(state, by.person, 'administrator', by.credential);
  const first = state.get('person', act.by);
  if (first?.status !== 'active' || !first.roles.includes('administrator'))
    throw new Refusal('no_longer_open', {
      sentence: 'Whoever proposed this is no longer an administrator. Propose it again.',
    });
  return act;
}

/** Whether something that these entries are about is not over yet. */
export function isOpen(
  state: State,
  of: { request?: string | undefined; session?: string | undefined },
): boolean {
  const request = state.get('request', of.request ?? '');
  const session = state.get('session', of.session ?? '');
  const grant = state.get('grant', request?.grant ?? session?.grant ?? '');
  return request?.status === 'waiting' || (grant !== undefined && grant.status !== 'ended');
}
