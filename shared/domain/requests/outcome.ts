import type { Decision } from './entries.ts';

/** What the decisions so far come to: one denial ends a request, and one approval makes its grant. */
export function outcomeOf(
  decisions: readonly Pick<Decision, 'decision'>[],
): 'waiting' | 'approved' | 'denied' {
  if (decisions.some(({ decision }) => decision === 'deny')) return 'denied';
  return decisions.length > 0 ? 'approved' : 'waiting';
}
