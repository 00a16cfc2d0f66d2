import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { decide } from '#shared/domain/requests/wire.ts';
import type { BodyOf } from '#shared/wire/route.ts';
import type { Services } from '../context.ts';
import { keepDetails, requireCommitted, requireWords } from '../details/index.ts';
import { runningGrant } from '../grants/index.ts';
import type { PersonCaller } from '../http/index.ts';
import { knownPerson, requireActive } from '../people/index.ts';
import { factsOf, refuseDecider, refuseWiderTerms, waitingRequest } from './rules.ts';

/**
 * Approve or deny. The statement is compared with the server's own record, then everything is judged again inside the
 * writer, where nothing can change between the look and the entry (cases 20, 22, 23).
 */
export async function decideOn(
  services: Services,
  who: PersonCaller,
  id: string,
  body: BodyOf<typeof decide>,
): Promise<void> {
  const { log, policy, touches } = services;
  const request = waitingRequest(log.state, id, services.now());
  // What only an approval asks is asked below, once the touch has said which it is.
  const by = { approver: who.person.id, decision: 'deny' as 'approve' | 'deny', now: log.now() };
  refuseDecider(log.state, policy.current.policy, by, request);
  const { hash } = policy.current;
  const { statement, touch } = await touches.verify(log.state, 'decision', body.touch, {
    actor: who.person.id,
    request: id,
    requestHash: request.hash,
    requester: request.person,
    policy: hash,
  });
  const { decision, terms, reason } = statement;
  requireCommitted(body.reason, reason, 'reason');
  if (decision === 'deny') requireWords(body.reason?.text, 'reason');

  await log.run((draft) => {
    const current = waitingRequest(draft.state, id, draft.now);
    requireActive(draft.state, who.person.id, 'approver', touch.credential);
    const approver = knownPerson(draft.state, who.person.id);
    // A policy that changed since the touch is another one than the approver was shown.
    if (policy.current.hash !== hash) throw new Refusal('statement_mismatch', { field: 'policy' });
    const judged = { approver: approver.id, decision, now: draft.now };
    const eligibility = refuseDecider(draft.state, policy.current.policy, judged, current);
    if (decision === 'approve') {
      const on = { request: current, eligibility };
      refuseWiderTerms(draft.state, policy.current.policy, terms, on, draft.now);
      if (
        current.extends !== '' &&
        runningGrant(draft.state, current.extends, draft.now).until >= terms.until
      )
        throw new Refusal('statement_mismatch', { field: 'terms.until' });
    }
    keepDetails(draft, body.reason);
    draft.append('request.decided', {
      request: id,
      decision,
      ...(decision === 'approve' ? { grant: current.extends === '' ? newId() : current.extends, terms } : {}),
      ...(reason === '' ? {} : { reason }),
      approver: factsOf(approver),
      policy: hash,
      touch,
    });
  });
}
