import { Refusal } from '#shared/errors.ts';
import type { Ask } from '#shared/entries/signed.ts';
import type { State } from '#shared/entries/fold.ts';
import type { PersonFacts, Rows } from '#shared/entries/types.ts';
import { consoleOf, mayAsk, mayDecide, mayLower, type AskAnswer } from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';
import type { Terms } from '#shared/statement/types.ts';

/** The rules of asking and deciding, as pure guards over folded state and policy, in reading order. */

/** How long a request waits for a decision, in ms. */
export const waitsFor = 60 * 60_000;
/** What the clock of a page may lead ours by when it computes the end of a grant, in ms. */
const slack = 5_000;

export function factsOf(person: Rows['person']): PersonFacts {
  return { id: person.id, handle: person.handle, roles: [...person.roles] };
}

/** One open request per person and console, and none beside an open grant unless it asks for more time. */
export function refuseDouble(state: State, person: string, ask: Ask): void {
  for (const [, request] of state.all('request'))
    if (request.person === person && request.console === ask.console && request.status === 'waiting')
      throw new Refusal('already_asked');
  if (ask.extends !== '') return;
  for (const [, grant] of state.all('grant'))
    if (grant.browser === ask.browser && grant.console === ask.console && grant.status !== 'ended')
      throw new Refusal('already_open');
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
  if (request.status !== 'waiting' || request.expires <= now) throw new Refusal('no_longer_open');
  return request;
}

/** Whether this person may decide this request now; throws with policy's sentence (cases 19, 22). */
export function refuseDecider(
  state: State,
  policy: Policy,
  approver: Rows['person'],
  request: Rows['request'],
): void {
  const requester = state.get('person', request.person);
  const current = state.get('person', approver.id);
  if (!requester || requester.status !== 'active') throw new Refusal('no_longer_open');
  if (!current || current.status !== 'active') throw new Refusal('disabled');
  const answer = mayDecide(policy, {
    approver: factsOf(current),
    requester: factsOf(requester),
    eligibility: request.eligibility,
  });
  if (answer.allowed) return;
  throw new Refusal(answer.why === 'own_request' ? 'own_request' : 'may_not_decide', {
    sentence: answer.sentence,
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
  request: Rows['request'],
  now: number,
): void {
  const mismatch = (field: string) => new Refusal('statement_mismatch', { field });
  if (terms.console !== request.console) throw mismatch('terms.console');
  const lowered = terms.level === 'view' && mayLower(policy, request);
  if (terms.level !== request.level && !lowered) throw mismatch('terms.level');
  if (terms.until <= now) throw new Refusal('statement_expired');
  if (terms.until > latestEnd(state, policy, request, now) + slack) throw mismatch('terms.until');
}
