import { Refusal } from '#shared/errors.ts';
import type { Ask } from '#shared/domain/requests/statements.ts';
import type { State } from '#shared/domain/state.ts';
import type { PersonFacts } from '#shared/domain/people/entries.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { consoleOf, mayAsk, mayLower, type AskAnswer } from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { type AskLost, factsIn, judgeApproved, judgeDecider, slack } from '#shared/domain/rights/standing.ts';
import type { Terms } from '#shared/domain/primitives.ts';

/** The rules of asking and deciding, as pure guards over folded state and policy, in reading order. */

/** How long a request waits for a decision, in ms. */
export const waitsFor = 60 * 60_000;

export function factsOf(person: Rows['person']): PersonFacts {
  return { id: person.id, handle: person.handle, roles: [...person.roles] };
}

/** One open request per person and console, and none beside an open grant unless it asks for more: time, or to change. */
export function refuseDuplicate(state: State, policy: Policy, person: string, ask: Ask, now: number): void {
  for (const [, request] of state.all('request'))
    if (request.person === person && request.console === ask.console && request.status === 'waiting')
      throw new Refusal('already_asked');
  if (ask.extends !== '') return;
  for (const [, grant] of state.all('grant'))
    if (
      grant.browser === ask.browser &&
      grant.console === ask.console &&
      (grant.status === 'running' || mayStart(state, policy, grant, now)) &&
      (grant.level === 'change' || ask.level === 'view')
    )
      throw new Refusal('already_open');
}

/** An approval that cannot be used now is in nobody's way. */
function mayStart(state: State, policy: Policy, grant: Rows['grant'], now: number): boolean {
  const request = grant.status === 'approved' ? state.get('request', grant.request) : undefined;
  return request !== undefined && judgeApproved(policy, state, grant, request, now).allowed;
}

/** More time is for a grant that still runs, of this browser, on the same terms (case 30). */
export function refuseWrongExtension(state: State, ask: Ask, now: number): void {
  if (ask.extends === '') return;
  const grant = state.get('grant', ask.extends);
  if (!grant || grant.browser !== ask.browser) throw new Refusal('not_found');
  if (grant.status !== 'running' || grant.until <= now) throw new Refusal('not_running');
  if (grant.console !== ask.console || grant.level !== ask.level) throw new Refusal('outside_policy');
}

/** What policy says to an ask; throws with its sentence when it says no. */
export function allowedAsk(
  policy: Policy,
  person: PersonFacts,
  ask: Pick<Ask, 'console' | 'level' | 'seconds'>,
  at: number,
): Extract<AskAnswer, { allowed: true }> {
  const answer = mayAsk(policy, { person, console: ask.console, level: ask.level, seconds: ask.seconds, at });
  if (answer.allowed) return answer;
  throw new Refusal(answer.why === 'unknown_console' ? 'unknown_console' : 'outside_policy', {
    sentence: answer.sentence,
  });
}

/** A request that still waits. What is over says so, with the code that fits (cases 20, 23, 24). */
export function waitingRequest(state: State, id: string, now: number): Rows['request'] {
  const request = state.get('request', id);
  if (!request) throw new Refusal('not_found');
  if (request.status === 'approved' || request.status === 'denied') throw new Refusal('already_decided');
  if (request.lapsedHow !== undefined && request.lapsedHow !== 'recovered')
    throw new Refusal('no_longer_open', {
      sentence: `${lapsed[request.lapsedHow]} A new request is needed.`,
    });
  if (request.status !== 'waiting' || request.expires <= now) throw new Refusal('no_longer_open');
  return request;
}

/**
 * Judges a request whole again for whoever wants to decide it now, by the policy and the roles of this moment (cases
 * 19, 22, 100). Returns the rule that carries it; throws with a sentence that says what changed.
 */
export function refuseDecider(
  state: State,
  policy: Policy,
  by: { approver: string; decision: 'approve' | 'deny'; now: number },
  request: Rows['request'],
): string {
  const requester = state.get('person', request.person);
  if (requester?.status !== 'active') throw new Refusal('no_longer_open');
  const approver = factsIn(state, by.approver);
  if (!approver) throw new Refusal('disabled');
  const answer = judgeDecider(policy, state, request, { approver, decision: by.decision, at: by.now });
  if (answer.allowed) return answer.eligibility;
  if (answer.why === 'own_request') throw new Refusal('own_request', { sentence: answer.sentence });
  if (aboutApprover.has(answer.why)) throw new Refusal('may_not_decide', { sentence: answer.sentence });
  throw new Refusal('no_longer_open', { sentence: sayLost(policy, request, requester.handle, answer) });
}

/** Refusals that are about whoever wants to decide, not about the request. */
const aboutApprover: ReadonlySet<string> = new Set([
  'unknown_eligibility',
  'nobody_decides',
  'not_named',
  'approver_role',
]);

/** What an approver is told of a request that policy does not give now. */
export function sayLost(
  policy: Policy,
  { console: id }: Rows['request'],
  person: string,
  { why, sentence }: { why: string; sentence: string },
): string {
  const console = consoleOf(policy, id)?.name ?? id;
  switch (why) {
    case 'role':
      return `${person} no longer has the engineer role. This cannot be approved until an administrator restores it.`;
    case 'not_eligible':
    case 'unknown_console':
      return `The policy no longer lets ${person} request ${console}. This cannot be approved unless the policy changes.`;
    case 'level':
      return `The policy no longer lets ${person} request ${console} at this level. A new request for another level is needed.`;
    case 'duration':
      return `The policy no longer allows ${person} this long in ${console}. A new request for less time is needed.`;
    case 'when':
      return `The policy lets ${person} request ${console} only at other hours. Decide this then.`;
    default:
      return sentence;
  }
}

/** Why a request that waited is gone, in the sentence of a refusal. */
const lapsed = {
  'no-longer-allowed': 'The policy or roles changed while this request was waiting and no longer allow it.',
  disabled: 'The requester was disabled.',
  reset: 'The requester’s keys were reset.',
  unpaired: 'The requesting browser was unpaired.',
  suspended: 'The requesting browser was suspended.',
  released: 'The requesting browser was released.',
  'session-ended': 'The session to extend has ended.',
} as const;

/** What the engineer reads whose request or approval does not stand any more. */
export function refuseLost(answer: AskLost): never {
  const isNews = answer.why !== 'when' && answer.why !== 'approver';
  throw new Refusal('no_longer_open', {
    sentence: isNews
      ? `The policy or your roles changed since you made this request. ${answer.sentence}`
      : answer.sentence,
  });
}

/** Where the time that a request is given counts from, in ms: now, or for more time the end of the running grant. */
export function countsFrom(state: State, request: Rows['request'], now: number): number {
  const extended = request.extends === '' ? undefined : state.get('grant', request.extends);
  return Math.max(now, extended?.until ?? 0);
}

/** The latest end that a request may be given now, in ms: what was asked, never past the console's own maximum. */
export function latestEnd(state: State, policy: Policy, request: Rows['request'], now: number): number {
  const asked = countsFrom(state, request, now) + request.seconds * 1000;
  const maximum = consoleOf(policy, request.console)?.maximum ?? 0;
  return Math.min(asked, now + maximum * 1000);
}

/** Whoever decides may shorten and lower what was asked, never lengthen or raise it. */
export function refuseWiderTerms(
  state: State,
  policy: Policy,
  terms: Terms,
  { request, eligibility }: { request: Rows['request']; eligibility: string },
  now: number,
): void {
  const mismatch = (field: string) => new Refusal('statement_mismatch', { field });
  if (terms.console !== request.console) throw mismatch('terms.console');
  const lowered = terms.level === 'view' && mayLower(policy, { ...request, eligibility });
  if (terms.level !== request.level && !lowered) throw mismatch('terms.level');
  if (terms.until <= now) throw new Refusal('statement_expired');
  if (terms.until > latestEnd(state, policy, request, now) + slack) throw mismatch('terms.until');
}
