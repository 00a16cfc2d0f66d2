import { START_WITHIN_MS } from '#shared/domain/grants/times.ts';
import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';

export const isOpen = (grant: Rows['grant']): boolean => grant.status !== 'ended';

/** The grant if it still stands; ended ones are final (case 30). */
export function openGrant(state: State, id: string): Rows['grant'] {
  const grant = state.get('grant', id);
  if (!grant) throw new Refusal('not_found');
  if (grant.endedHow === 'no-longer-allowed')
    throw new Refusal('not_running', {
      sentence:
        'This access ended because the policy or your roles no longer allow it. Request what you can have now.',
    });
  if (!isOpen(grant)) throw new Refusal('not_running');
  return grant;
}

/** The grant if it runs at this moment; one whose time is over is not revived by being early to look (case 30). */
export function runningGrant(state: State, id: string, now: number): Rows['grant'] {
  const grant = openGrant(state, id);
  if (grant.status !== 'running' || grant.until <= now) throw new Refusal('not_running');
  return grant;
}

/** When an open grant ends by itself, and how. */
export function endOf(grant: Rows['grant']): { at: number; how: 'ran-out' | 'not-started' } {
  const unstarted = grant.made + START_WITHIN_MS;
  return grant.status === 'approved' && unstarted < grant.until
    ? { at: unstarted, how: 'not-started' }
    : { at: grant.until, how: 'ran-out' };
}
