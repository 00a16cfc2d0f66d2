import type { Decides } from './entries.ts';

/** What one approver said, by one touch. */
export interface Decision {
  /** The approver's id. */
  by: string;
  /** Log time, ms. */
  at: number;
  /** The key that was touched. */
  with: string;
  decision: 'approve' | 'deny';
  /** The commitment to why, where a reason was given. */
  reason?: string;
}

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
