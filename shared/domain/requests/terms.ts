import type { Rows } from '#shared/domain/entries.ts';
import { type Facts, mustHold, row } from '#shared/domain/judging.ts';
import type { Terms } from '#shared/domain/primitives.ts';
import { consoleOf, mayLower } from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { slack } from '#shared/domain/rights/standing.ts';

export const isRunning = (grant: Rows['grant'], time: number): boolean =>
  grant.status === 'running' && grant.until > time;

export function mustWait(request: Rows['request'], time: number): void {
  mustHold(request.status === 'waiting' && request.expires > time, 'the request did not wait any more');
}

/** Whoever decides may shorten and lower what was asked, never lengthen or raise it. */
export function mustBeWithin(
  { state }: Facts,
  policy: Policy,
  terms: Terms,
  request: Rows['request'],
  time: number,
): void {
  const console = consoleOf(policy, request.console);
  mustHold(
    console !== undefined && terms.console === request.console,
    'it is for another console than asked',
  );
  const lowered = terms.level === 'view' && mayLower(policy, request);
  mustHold(terms.level === request.level || lowered, 'it is for another level than asked');
  const from = Math.max(time, request.extends === '' ? 0 : row(state, 'grant', request.extends).until);
  const latest = Math.min(from + request.seconds * 1000, time + console.maximum * 1000) + slack;
  mustHold(terms.until > time && terms.until <= latest, 'it is for longer than asked, or for no time at all');
}
