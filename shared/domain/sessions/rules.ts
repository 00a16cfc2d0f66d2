import type { Rules } from '#shared/domain/definition.ts';
import { activePerson, mustBeNew, mustHold, policyInForce, row, same } from '#shared/domain/judging.ts';
import { isRunning, mustBeWithin, mustWait } from '#shared/domain/requests/terms.ts';
import type { Names } from './entries.ts';
import { judgeApproved, judgeRequest } from '#shared/domain/rights/standing.ts';

export const rules: Rules<Names> = {
  'session.started/1'({ body, time }, _, facts) {
    const { state } = facts;
    const request = row(state, 'request', body.request);
    activePerson(state, request.person);
    const policy = policyInForce(facts, row(state, 'policy', 'current').hash);
    mustHold(row(state, 'browser', request.browser).status === 'paired', 'its browser was not paired then');
    if (body.basis === 'approved') {
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
  },
};
