import {
  type Batch,
  ask as askSchema,
  batch as batchSchema,
  end as endSchema,
  withdrawal as withdrawalSchema,
} from '#shared/entries/signed.ts';
import { readForm } from '#shared/log/form.ts';
import type { State } from '#shared/entries/fold.ts';
import type { EndedHow, EntryOf, LapsedHow, Rows } from '#shared/entries/types.ts';
import { violations } from '#shared/entries/violations.ts';
import { consoleOf, mayAsk, mayLower } from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';
import {
  endNow,
  judgeApproved,
  judgeDecider,
  judgeRequest,
  requestLasts,
  slack,
} from '#shared/rights/standing.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { Terms } from '#shared/domain/statements.ts';
import {
  type Facts,
  activePerson,
  mustBeFacts,
  mustBeNew,
  policyInForce,
  readSigned,
  row,
  same,
} from './rules.ts';
import { mustHold } from './types.ts';

/** The rules of requests, grants and sessions, apart from their touches. Each throws Contradiction. */

export function askedRule({ body, time }: EntryOf<'request.asked'>, _: number, facts: Facts): void {
  const { state } = facts;
  const { person, eligibility, decides } = body;
  const { browser } = readForm(askSchema, JSON.parse(body.ask.text));
  const { value: ask, by } = readSigned(facts, browser, 'ask', body.ask, askSchema);
  mustBeNew(state, 'request', body.request);
  mustHold(body.hash === signedHash('ask', body.ask.text), 'its hash is of another ask');
  mustHold(state.get('ask', body.hash) === undefined, 'the same ask was made before');
  mustHold(by.person === person.id, 'the browser that asked is of somebody else');
  mustHold(body.expires > time, 'the request was over when it was made');
  mustBeFacts(state, person);
  const policy = policyInForce(facts, body.policy);
  const { console, level, seconds } = ask;
  const answer = mayAsk(policy, { person, console, level, seconds, at: time });
  mustHold(
    answer.allowed &&
      same({ eligibility, decides }, { eligibility: answer.eligibility, decides: answer.decides }),
    'policy, asked again, gives another answer',
  );
  if (ask.extends === '') return;
  const grant = row(state, 'grant', ask.extends);
  mustHold(grant.browser === browser && isRunning(grant, time), 'it asks for more of what did not run here');
  mustHold(grant.console === console && grant.level === level, 'more time was asked on other terms');
}

export function withdrawnRule({ body }: EntryOf<'request.withdrawn'>, _: number, facts: Facts): void {
  const { browser, status } = row(facts.state, 'request', body.request);
  const { value } = readSigned(facts, browser, 'withdrawal', body.withdrawal, withdrawalSchema);
  mustHold(value.request === body.request, 'what was withdrawn is another request');
  mustHold(status === 'waiting', 'the request did not wait any more');
}

export function expiredRule({ body, time }: EntryOf<'request.expired'>, _: number, facts: Facts): void {
  const { state } = facts;
  const request = row(state, 'request', body.request);
  mustHold(request.status === 'waiting', 'the request did not wait any more');
  if (body.by !== undefined) row(state, 'person', body.by);
  if (body.how === undefined) mustHold(request.expires <= time, 'the request was not over');
  else if (body.how === 'no-longer-allowed')
    mustHold(!requestLasts(inForce(facts), state, request), 'policy, asked again, still lets it wait');
  else if (body.how === 'session-ended')
    mustHold(row(state, 'grant', request.extends).status === 'ended', 'its session had not ended');
  else mustBeTaken(state, request, body.how);
}

/** A person or a browser lost everything at once. */
function mustBeTaken(
  state: State,
  { person, browser }: { person: string; browser: string },
  how: EndedHow & LapsedHow,
): void {
  switch (how) {
    case 'disabled':
      mustHold(row(state, 'person', person).status === 'disabled', 'the person was not disabled');
      break;
    case 'reset':
      mustHold(row(state, 'person', person).status === 'invited', 'the person was not reset');
      break;
    case 'unpaired':
    case 'suspended':
    case 'released':
      mustHold(row(state, 'browser', browser).status === how, `the browser was not ${how}`);
      break;
    case 'recovered':
      mustHold(false, 'the log was not recovered by it');
      break;
    case 'no-longer-allowed':
  }
}

const inForce = (facts: Facts): Policy => policyInForce(facts, row(facts.state, 'policy', 'current').hash);

export function decidedRule({ body, time }: EntryOf<'request.decided'>, _: number, facts: Facts): void {
  const { state } = facts;
  const request = row(state, 'request', body.request);
  mustWait(request, time);
  mustBeFacts(state, body.approver);
  const { id } = activePerson(state, request.person);
  const policy = policyInForce(facts, body.policy);
  const { approver, decision } = body;
  mustHold(approver.id !== id, 'somebody decided on their own request');
  const answer = judgeDecider(policy, state, request, { approver, decision, at: time });
  mustHold(answer.allowed, `policy, asked again, does not let ${approver.handle} decide this`);
  if (body.decision === 'deny') {
    mustHold(body.grant === undefined && body.terms === undefined, 'a denial grants something');
    mustHold(body.reason !== undefined, 'a denial gives no reason');
    return;
  }
  mustHold(body.grant !== undefined && body.terms !== undefined, 'an approval grants nothing');
  mustBeWithin(facts, policy, body.terms, { ...request, eligibility: answer.eligibility }, time);
  if (request.extends === '') {
    mustBeNew(state, 'grant', body.grant);
    return;
  }
  mustHold(body.grant === request.extends, 'it lengthens another grant than was asked');
  const grant = row(state, 'grant', body.grant);
  mustHold(grant.status !== 'ended' && grant.until < body.terms.until, 'it lengthens nothing');
}

export function startedRule({ body, time }: EntryOf<'session.started'>, _: number, facts: Facts): void {
  const { state } = facts;
  const request = row(state, 'request', body.request);
  activePerson(state, request.person);
  const policy = policyInForce(facts, row(state, 'policy', 'current').hash);
  mustHold(row(state, 'browser', request.browser).status === 'paired', 'its browser was not paired then');
  if (!body.undecided) {
    const grant = row(state, 'grant', body.grant);
    mustHold(grant.request === request.id, 'the grant is for another request');
    mustHold(grant.status === 'approved' && grant.until > time, 'the grant could not be started any more');
    const { console, level, until } = grant;
    mustHold(same(body.terms, { console, level, until }), 'it started on other terms than were approved');
    mustHold(
      judgeApproved(policy, state, grant, request, time).allowed,
      'policy, asked again, no longer gives what was approved',
    );
    mustBeNew(state, 'session', body.session);
    return;
  }
  mustWait(request, time);
  const answer = judgeRequest(policy, state, request, time);
  mustHold(
    request.decides === 'nobody' && answer.allowed && answer.decides === 'nobody',
    'policy, asked again, wants somebody to decide this',
  );
  mustBeWithin(facts, policy, body.terms, { ...request, eligibility: answer.eligibility }, time);
  if (request.extends === '') {
    mustBeNew(state, 'grant', body.grant);
    mustBeNew(state, 'session', body.session);
    return;
  }
  const grant = row(state, 'grant', body.grant);
  mustHold(body.grant === request.extends && isRunning(grant, time), 'it lengthens what did not run');
  mustHold(grant.session === body.session, 'it lengthens another session');
  mustHold(grant.until < body.terms.until, 'it lengthens nothing');
}

export function shortenedRule({ body, time }: EntryOf<'grant.shortened'>, _: number, facts: Facts): void {
  const { state } = facts;
  const grant = row(state, 'grant', body.grant);
  mustHold(grant.status === 'running', 'the grant did not run');
  mustHold(
    endNow(inForce(facts), state, grant, time) === body.until,
    'policy, asked again, ends it at another time',
  );
}

export function endedRule({ body, time }: EntryOf<'grant.ended'>, _: number, facts: Facts): void {
  const { state } = facts;
  const grant = row(state, 'grant', body.grant);
  mustHold(grant.status !== 'ended', 'the grant had ended before');
  mustHold(
    (body.how === 'handed-back') === (body.end !== undefined),
    'only handing back is signed by a browser',
  );
  if (body.end) {
    const { value } = readSigned(facts, grant.browser, 'end', body.end, endSchema);
    mustHold(value.grant === grant.id && body.by === grant.person, 'what was handed back is another grant');
    return;
  }
  if (body.how === 'ran-out') mustHold(grant.until <= time, 'the grant had not run out');
  else if (body.how === 'not-started') mustHold(grant.status === 'approved', 'the grant was started');
  else if (body.how === 'no-longer-allowed')
    mustHold(endNow(inForce(facts), state, grant, time) === 'now', 'policy, asked again, still gives it');
  else if (body.how === 'revoked')
    mustHold(body.by !== undefined && body.reason !== undefined, 'nobody revoked it, or for no reason');
  else if (body.how !== 'handed-back') mustBeTaken(state, grant, body.how);
  if (body.by !== undefined) row(state, 'person', body.by);
}

export function recordedRule({ body }: EntryOf<'actions.recorded'>, _: number, facts: Facts): void {
  const { value: batch, by } = readSigned(facts, body.browser, 'batch', body.batch, batchSchema);
  mustHold(batch.number === body.number, 'its batch has another number');
  mustHold(batch.number === by.number + 1, `batch ${by.number + 1} of this browser is missing before it`);
  mustHold(batch.previous === by.chain, 'its batch does not follow the one before');
  mustHold(
    same(violationsOf(facts, batch), body.violations),
    'it names other actions as violations than the mode forbade',
  );
}

/** Which actions of a batch are violations, by the policy in force. */
export function violationsOf({ state, policies }: Facts, batch: Batch): number[] {
  const policy = policies.get(row(state, 'policy', 'current').hash);
  return violations(state, batch, (console) => (policy && consoleOf(policy, console)?.mode) ?? 'closed');
}

const isRunning = (grant: Rows['grant'], time: number): boolean =>
  grant.status === 'running' && grant.until > time;

function mustWait(request: Rows['request'], time: number): void {
  mustHold(request.status === 'waiting' && request.expires > time, 'the request did not wait any more');
}

/** Whoever decides may shorten and lower what was asked, never lengthen or raise it. */
function mustBeWithin(
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
