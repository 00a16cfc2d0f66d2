import { longestGiven } from '#shared/policy/duration.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

const steps = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480].map((minutes) => minutes * 60);

/**
 * The durations (seconds, ascending) that an approver may choose: the longest that may be given now, and up to four
 * shorter ones. None at all where less than a minute is left.
 */
export function shorter(request: RequestView): number[] {
  const longest = longestGiven(request);
  if (longest === 0) return [];
  return [...steps.filter((step) => step < longest).slice(-4), longest];
}

/** The levels an approver may choose: what was asked, and `view` below `change` where policy has it. */
export const lower = ({ level, mayLower }: RequestView): Level[] => (mayLower ? ['view', level] : [level]);
