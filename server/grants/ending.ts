import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/entries/fold.ts';
import type { Body, Rows } from '#shared/entries/types.ts';
import type { Draft } from '../log/log.ts';

/** How long an approved grant waits for the engineer's touch, in ms. */
export const startWithin = 15 * 60_000;

export const isOpen = (grant: Rows['grant']): boolean => grant.status !== 'ended';

/** The grant if it still stands; ended ones are final (case 30). */
export function openGrant(state: State, id: string): Rows['grant'] {
  const grant = state.get('grant', id);
  if (!grant) throw new Refusal('not_found');
  if (!isOpen(grant)) throw new Refusal('not_running');
  return grant;
}

/** The grant if it runs at this moment; one whose time is over is not revived by being early to look (case 30). */
export function runningGrant(state: State, id: string, now: number): Rows['grant'] {
  const grant = openGrant(state, id);
  if (grant.status !== 'running' || grant.until <= now) throw new Refusal('not_running');
  return grant;
}

/** Ends every open grant of a person or browser, in the same transaction as what took their right away. */
export function endGrantsOf(
  draft: Draft,
  whose: { person?: string; browser?: string },
  how: Omit<Body<'grant.ended'>, 'grant'>,
): void {
  for (const [id, grant] of draft.state.all('grant'))
    if (isOpen(grant) && (grant.person === whose.person || grant.browser === whose.browser))
      draft.append('grant.ended', { grant: id, ...how });
}

/** When an open grant ends by itself, and how. */
export function endOf(grant: Rows['grant']): { at: number; how: 'ran-out' | 'not-started' } {
  const unstarted = grant.made + startWithin;
  return grant.status === 'approved' && unstarted < grant.until
    ? { at: unstarted, how: 'not-started' }
    : { at: grant.until, how: 'ran-out' };
}
