import type { State } from '#shared/domain/state.ts';
import type { PersonFacts } from '#shared/domain/people/entries.ts';
import type { Rows } from '#shared/domain/entries.ts';
import {
  type AskAnswer,
  consoleOf,
  type DecideAnswer,
  mayAsk,
  mayDecide,
  rulesGiving,
} from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';

/**
 * Whether what was asked, approved or started still stands by the policy and the roles of a moment. Pure, over folded
 * state: the server refuses and ends by these functions, and the verifier judges by the same.
 */

/** What the clock of a page may lead the server's by when it computes the end of a grant, in ms. */
export const slack = 5_000;

type Allowed = Extract<AskAnswer, { allowed: true }>;
type Refused<Why extends string> = { allowed: false; why: Why; sentence: string };

/** Why an ask no longer stands. `requester`: they are not active; `decision`: it now takes an approval, or no longer does. */
export type AskLost = Refused<
  Extract<AskAnswer, { allowed: false }>['why'] | 'requester' | 'decision' | 'approver'
>;

/** A person as policy sees them now; undefined unless they are active. */
export function factsIn(state: State, id: string | undefined): PersonFacts | undefined {
  const person = id === undefined ? undefined : state.get('person', id);
  if (person?.status !== 'active') return undefined;
  return { id: person.id, handle: person.handle, roles: [...person.roles] };
}

const lost = (why: AskLost['why'], sentence: string): AskLost => ({ allowed: false, why, sentence });

/** Judges a waiting request whole, as policy would judge it if it were made at `at` (ms). */
export function judgeRequest(
  policy: Policy,
  state: State,
  { person: id, console, level, seconds, decides }: Rows['request'],
  at: number,
): Allowed | AskLost {
  const person = factsIn(state, id);
  if (!person) return lost('requester', 'Whoever asked is no longer active. Somebody active has to ask.');
  const answer = mayAsk(policy, { person, console, level, seconds, at });
  if (!answer.allowed) return answer;
  if ((answer.decides === 'nobody') === (decides === 'nobody')) return answer;
  return lost(
    'decision',
    decides === 'nobody'
      ? 'Policy now wants this to be approved. Withdraw it and ask again.'
      : 'Policy no longer wants this to be approved. Withdraw it and ask again.',
  );
}

/** Judges an approved grant whole before it starts: the ask with the terms it was given, and the approval itself. */
export function judgeApproved(
  policy: Policy,
  state: State,
  grant: Rows['grant'],
  request: Rows['request'],
  at: number,
): Allowed | AskLost {
  const { console, level } = grant;
  const person = factsIn(state, grant.person);
  if (!person) return lost('requester', 'Whoever asked is no longer active. Somebody active has to ask.');
  const answer = mayAsk(policy, { person, console, level, seconds: secondsOf(grant, request), at });
  if (!answer.allowed || answer.decides === 'nobody') return answer;
  const { eligibility } = answer;
  const approver = lostApprover(policy, state, request, { requester: person, eligibility });
  if (approver === undefined) return answer;
  const who = state.get('person', approver)?.handle ?? 'Whoever approved it';
  return lost('approver', `${who} may no longer approve this. Ask again.`);
}

/** May this person decide this request at `at`? An approval asks that the request still stands; a denial does not. */
export function judgeDecider(
  policy: Policy,
  state: State,
  request: Rows['request'],
  by: { approver: PersonFacts; decision: 'approve' | 'deny'; at: number },
):
  | (DecideAnswer & { allowed: true; eligibility: string })
  | Extract<DecideAnswer, { allowed: false }>
  | AskLost {
  const requester = factsIn(state, request.person);
  if (!requester) return lost('requester', 'Whoever asked is no longer active. Somebody active has to ask.');
  const { approver, decision, at } = by;
  const answer = judgeRequest(policy, state, request, at);
  if (!answer.allowed && decision === 'approve') return answer;
  const rules = answer.allowed
    ? [answer.eligibility]
    : rulesGiving(policy, { ...request, person: requester }).map(({ name }) => name);
  let refused: Extract<DecideAnswer, { allowed: false }> | undefined;
  for (const eligibility of rules) {
    const decides = mayDecide(policy, { approver, requester, eligibility });
    if (decides.allowed) return { allowed: true, eligibility };
    refused ??= decides;
  }
  return refused ?? lost('not_eligible', 'Policy no longer lets them ask for this.');
}

/** Whether a waiting request may still be decided or started at some hour. */
export function requestLasts(policy: Policy, state: State, request: Rows['request']): boolean {
  const person = factsIn(state, request.person);
  if (!person) return false;
  return rulesGiving(policy, { ...request, person }).some(
    ({ decides }) => (decides === 'nobody') === (request.decides === 'nobody'),
  );
}

/** Whether an approved grant may still be started at some hour. */
function approvalLasts(
  policy: Policy,
  state: State,
  grant: Rows['grant'],
  request: Rows['request'],
): boolean {
  const person = factsIn(state, grant.person);
  if (!person) return false;
  const { console, level } = grant;
  return rulesGiving(policy, { person, console, level, seconds: secondsOf(grant, request) }).some(
    ({ name: eligibility, decides }) =>
      decides === 'nobody' ||
      lostApprover(policy, state, request, { requester: person, eligibility }) === undefined,
  );
}

/** Whether any rule gives a running grant's person its console at its level: neither hours nor approvers are asked again. */
export function grantLasts(
  policy: Policy,
  state: State,
  { person: id, console, level }: Rows['grant'],
): boolean {
  const person = factsIn(state, id);
  return person !== undefined && rulesGiving(policy, { person, console, level }).length > 0;
}

/** When a grant ends at the latest (ms): as it was given, unless the console's maximum is lower than it was then. */
export function endWithin(policy: Policy, { console, given, until }: Rows['grant']): number {
  const latest = given + (consoleOf(policy, console)?.maximum ?? 0) * 1000;
  return until > latest + slack ? latest : until;
}

/**
 * What policy makes of an open grant now: it ends, or it ends sooner, at the time returned (ms); undefined where it stays
 * as it is.
 */
export function endNow(
  policy: Policy,
  state: State,
  grant: Rows['grant'],
  now: number,
): 'now' | number | undefined {
  if (grant.status === 'approved') {
    const request = state.get('request', grant.request);
    return request && approvalLasts(policy, state, grant, request) ? undefined : 'now';
  }
  if (!grantLasts(policy, state, grant)) return 'now';
  const until = endWithin(policy, grant);
  if (until === grant.until) return undefined;
  return until > now ? until : 'now';
}

/** The time that an approver gave, in seconds: never more than was asked. */
const secondsOf = ({ given, until }: Rows['grant'], { seconds }: Rows['request']): number =>
  Math.min(seconds, Math.max(60, Math.round((until - given) / 1000)));

/** Whoever approved it and may not do so any more; undefined where all still may. */
function lostApprover(
  policy: Policy,
  state: State,
  { decisions }: Rows['request'],
  of: { requester: PersonFacts; eligibility: string },
): string | undefined {
  // Nobody's approval is nobody's who still may.
  if (decisions.length === 0) return '';
  return decisions.find(({ by }) => {
    const approver = factsIn(state, by);
    return !approver || !mayDecide(policy, { approver, ...of }).allowed;
  })?.by;
}
