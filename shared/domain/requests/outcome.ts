import type { Decides, Decision } from './entries.ts';

/** How many have to approve. */
const needed = (decides: Decides): number => (decides === 'nobody' ? 0 : 1);

/** What the decisions so far come to: one denial ends a request, and enough approvals make its grant. */
export function outcomeOf(
  decisions: readonly Pick<Decision, 'decision'>[],
  decides: Decides,
): 'waiting' | 'approved' | 'denied' {
  if (decisions.some(({ decision }) => decision === 'deny')) return 'denied';
  return decisions.length > 0 && decisions.length >= needed(decides) ? 'approved' : 'waiting';
}
