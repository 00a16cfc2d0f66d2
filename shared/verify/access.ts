import {
  type Batch,
  ask as askSchema,
  batch as batchSchema,
  end as endSchema,
  withdrawal as withdrawalSchema,
} from '#shared/entries/signed.ts';
import { readForm } from '#shared/entries/form.ts';
import type { EntryOf, Rows } from '#shared/entries/types.ts';
import { violations } from '#shared/entries/violations.ts';
import { consoleOf, mayAsk, mayDecide, mayLower } from '#shared/policy/evaluate.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { signedHash } from '#shared/statement/signing.ts';
import type { Terms } from '#shared/statement/types.ts';
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

/** What the clock of a page may lead the server's by when it computes the end of a grant, in ms. */
export const slack = 5_000;

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

export function expiredRule({ body, time }: EntryOf<'request.expired'>, _: number, { state }: Facts): void {
  const { status, expires } = row(state, 'request', body.request);
  mustHold(status === 'waiting' && expires <= time, 'the request was not over');
}

export function decidedRule({ body, time }: EntryOf<'request.decided'>, _: number, facts: Facts): void {
  const { state } = facts;
  const request = row(state, 'request', body.request);
  mustWait(request, time);
  mustBeFacts(state, body.approver);
  const { id, handle, roles } = activePerson(state, request.person);
  const policy = policyInForce(facts, body.policy);
  const { approver } = body;
  const answer = mayDecide(policy, {
    approver,
    requester: { id, handle, roles },
    eligibility: request.eligibility,
  });
  mustHold(approver.id !== id, 'somebody decided on their own request');
  mustHold(answer.allowed, `policy, asked again, does not let ${approver.handle} decide this`);
  if (body.decision === 'deny') {
    mustHold(body.grant === undefined && body.terms === undefined, 'a denial grants something');
    mustHold(body.reason !== undefined, 'a denial gives no reason');
    return;
  }
  mustHold(body.grant !== undefined && body.terms !== undefined, 'an approval grants nothing');
  mustBeWithin(facts, policy, body.terms, request, time);
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
  const { id, handle, roles } = activePerson(state, request.person);
  mustHold(row(state, 'browser', request.browser).status === 'paired', 'its browser was not paired then');
  if (!body.undecided) {
    const grant = row(state, 'grant', body.grant);
    mustHold(grant.request === request.id, 'the grant is for another request');
    mustHold(grant.status === 'approved' && grant.until > time, 'the grant could not be started any more');
    const { console, level, until } = grant;
    mustHold(same(body.terms, { console, level, until }), 'it started on other terms than were approved');
    mustBeNew(state, 'session', body.session);
    return;
  }
  mustWait(request, time);
  const policy = policyInForce(facts, row(state, 'policy', 'current').hash);
  const { console, level, seconds } = request;
  const answer = mayAsk(policy, { person: { id, handle, roles }, console, level, seconds, at: time });
  mustHold(
    request.decides === 'nobody' && answer.allowed && answer.decides === 'nobody',
    'policy, asked again, wants somebody to decide this',
  );
  mustBeWithin(facts, policy, body.terms, request, time);
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
  else if (body.how === 'disabled')
    mustHold(row(state, 'person', grant.person).status === 'disabled', 'the person was not disabled');
  else if (body.how === 'reset')
    mustHold(row(state, 'person', grant.person).status === 'invited', 'the person was not reset');
  else if (body.how === 'unpaired' || body.how === 'suspended' || body.how === 'released')
    mustHold(row(state, 'browser', grant.browser).status === body.how, `the browser was not ${body.how}`);
  else if (body.how === 'recovered') mustHold(false, 'the log was not recovered by it');
  else if (body.how === 'revoked')
    mustHold(body.by !== undefined && body.reason !== undefined, 'nobody revoked it, or for no reason');
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
