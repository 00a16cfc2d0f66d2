import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { ask as askSchema, withdrawal as withdrawalSchema } from '#shared/domain/requests/statements.ts';
import { type SignedText, signedHash } from '#shared/domain/signing.ts';
import type { askRequest } from '#shared/domain/requests/wire.ts';
import type { BodyOf } from '#shared/wire/route.ts';
import { requirePaired, signedByBrowser } from '../browsers/index.ts';
import type { Services } from '../context.ts';
import { keepDetails, requireCommitted, requireWords } from '../details/index.ts';
import { type BrowserCaller, enforceLimit } from '../http/index.ts';
import { knownPerson, requireActive } from '../people/index.ts';
import {
  allowedAsk,
  factsOf,
  refuseDuplicate,
  refuseWrongExtension,
  waitingRequest,
  waitsFor,
} from './rules.ts';

/** Asks of one person in a minute, in all their browsers: each calls on everybody who may decide it. */
const mostAsks = 30;
const tooManyAsks = `You requested access ${mostAsks} times within a minute.`;

/** Asks: no touch, the browser's signature over the ask, policy's answer kept with it. Returns the request's id. */
export async function askFor(
  services: Services,
  who: BrowserCaller,
  body: BodyOf<typeof askRequest>,
): Promise<string> {
  const { log, policy } = services;
  requireWords(body.justification.text, 'justification');
  const ask = signedByBrowser(services, who, 'ask', body.ask, askSchema);
  requireCommitted(body.justification, ask.justification, 'justification');
  requireCommitted(body.ticket, ask.ticket, 'ticket');
  requireCommitted(body.address, ask.address, 'address');
  const request = newId();
  const hash = signedHash('ask', body.ask.text);
  await log.run((draft) => {
    requirePaired(draft.state, who.browser.id);
    requireActive(draft.state, who.person.id);
    const person = knownPerson(draft.state, who.person.id);
    for (const [, other] of draft.state.all('request'))
      if (other.hash === hash) throw new Refusal('already_asked');
    const facts = factsOf(person);
    const { eligibility, decides } = allowedAsk(policy.current.policy, facts, ask, draft.now);
    refuseDuplicate(draft.state, policy.current.policy, person.id, ask, draft.now);
    refuseWrongExtension(draft.state, ask, draft.now);
    enforceLimit(services.limits, `asks of ${person.id}`, mostAsks, 1, tooManyAsks);
    keepDetails(draft, body.justification, body.ticket, body.address);
    draft.append('request.asked', {
      request,
      hash,
      ask: body.ask,
      person: facts,
      policy: policy.current.hash,
      eligibility,
      decides: decides === 'nobody' ? 'nobody' : [...decides],
      expires: draft.now + waitsFor,
    });
  });
  return request;
}

export async function withdrawFor(
  services: Services,
  who: BrowserCaller,
  id: string,
  signed: SignedText,
): Promise<void> {
  const withdrawal = signedByBrowser(services, who, 'withdrawal', signed, withdrawalSchema);
  if (withdrawal.request !== id) throw new Refusal('statement_mismatch', { field: 'withdrawal' });
  await services.log.run((draft) => {
    requirePaired(draft.state, who.browser.id);
    if (draft.state.get('request', id)?.browser !== who.browser.id) throw new Refusal('not_found');
    waitingRequest(draft.state, id, draft.now);
    draft.append('request.withdrawn', { request: id, withdrawal: signed });
  });
}
