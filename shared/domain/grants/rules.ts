import type { Rules } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { end as endSchema } from './statements.ts';
import { mustHold, readSigned, row } from '#shared/domain/judging.ts';
import { inForce, mustBeTaken } from '#shared/domain/requests/taken.ts';
import { endNow } from '#shared/domain/rights/standing.ts';

export const rules: Rules<Names> = {
  'grant.ended/1'({ body, time }, _, facts) {
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
  },

  'grant.shortened/1'({ body, time }, _, facts) {
    const { state } = facts;
    const grant = row(state, 'grant', body.grant);
    mustHold(grant.status === 'running', 'the grant did not run');
    mustHold(
      endNow(inForce(facts), state, grant, time) === body.until,
      'policy, asked again, ends it at another time',
    );
  },
};
