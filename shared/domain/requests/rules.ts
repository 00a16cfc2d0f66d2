import { outcomeOf } from './outcome.ts';
import type { Rules } from '#shared/domain/definition.ts';
import {
  activePerson,
  mustBeFacts,
  mustBeNew,
  mustHold,
  policyInForce,
  readSigned,
  row,
  same,
} from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';
import { ask as askSchema, withdrawal as withdrawalSchema } from './statements.ts';
import { inForce, mustBeTaken } from './taken.ts';
import { isRunning, mustBeWithin, mustWait } from './terms.ts';
import { signedHash } from '#shared/domain/signing.ts';
import { readForm } from '#shared/log/form.ts';
import { mayAsk } from '#shared/policy/evaluate.ts';
import { judgeDecider, requestLasts } from '#shared/domain/rights/standing.ts';

export const rules: Rules<Names> = {
  'request.asked/1'({ body, time }, _, facts) {
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
    mustHold(
      grant.browser === browser && isRunning(grant, time),
      'it asks for more of what did not run here',
    );
    mustHold(grant.console === console && grant.level === level, 'more time was asked on other terms');
  },

  'request.withdrawn/1'({ body }, _, facts) {
    const { browser, status } = row(facts.state, 'request', body.request);
    const { value } = readSigned(facts, browser, 'withdrawal', body.withdrawal, withdrawalSchema);
    mustHold(value.request === body.request, 'what was withdrawn is another request');
    mustHold(status === 'waiting', 'the request did not wait any more');
  },

  'request.expired/1'({ body, time }, _, facts) {
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
  },

  'request.decided/1'({ body, time }, _, facts) {
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
    if (outcomeOf([...request.decisions, { decision }]) !== 'approved') {
      mustHold(body.grant === undefined && body.terms === undefined, 'a denial grants something');
      mustHold(decision === 'approve' || body.reason !== undefined, 'a denial gives no reason');
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
  },
};
