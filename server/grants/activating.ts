import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { showActivation } from '#shared/domain/sessions/wire.ts';
import type { Services } from '../context.ts';
import { requirePaired } from '../browsers/index.ts';
import { keysOf, requireActive, keyView, refOf } from '../people/index.ts';
import {
  latestEnd,
  refuseLost,
  refuseWiderTerms,
  waitingRequest,
  askOf,
  requestView,
} from '../requests/index.ts';
import { judgeApproved, judgeRequest } from '#shared/domain/rights/standing.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { endOf, openGrant, runningGrant } from './ending.ts';

/** Starting a grant in the browser that asked: a one-time window of ours, one touch, no sign-in. */

/** What there is to start: an approved grant that still waits, or a request that nobody decides. */
type Startable =
  | { basis: 'approved'; request: Rows['request']; grant: Rows['grant'] }
  | { basis: 'self-approved'; request: Rows['request']; eligibility: string };

/**
 * Finds it and judges it whole, by the policy and the roles of this moment: they may have changed since somebody asked
 * or approved (cases 22, 100).
 */
function startable(
  { state, policy }: { state: State; policy: Policy },
  id: string,
  browser: string,
  now: number,
): Startable {
  const request = state.get('request', id);
  if (!request || request.browser !== browser) throw new Refusal('not_found');
  if (request.status !== 'approved' && request.decides === 'nobody') {
    waitingRequest(state, id, now);
    const answer = judgeRequest(policy, state, request, now);
    if (!answer.allowed) return refuseLost(answer);
    return { basis: 'self-approved', request, eligibility: answer.eligibility };
  }
  if (request.lapsedHow !== undefined) waitingRequest(state, id, now);
  if (request.grant === undefined) throw new Refusal('no_longer_open');
  const grant = openGrant(state, request.grant);
  if (grant.status === 'running') throw new Refusal('already_started');
  if (endOf(grant).at <= now) throw new Refusal('not_running');
  const answer = judgeApproved(policy, state, grant, request, now);
  if (!answer.allowed) return refuseLost(answer);
  return { basis: 'approved', request, grant };
}

const inForce = ({ log, policy }: Services) => ({ state: log.state, policy: policy.current.policy });

/** Opens the window's address for the extension. */
export function openWindow(
  services: Services,
  request: string,
  browser: string,
): { url: string; expires: number } {
  startable(inForce(services), request, browser, services.log.now());
  const { ticket, expires } = services.activations.open(request, browser);
  return { url: `${services.config.webOrigin}/activate#${ticket}`, expires };
}

/** The server's own record of what the touch would start. */
export function showWindow(services: Services, ticket: string): AnswerOf<typeof showActivation> {
  const { log, touches, policy } = services;
  const activation = services.activations.find(ticket);
  const found = startable(inForce(services), activation.request, activation.browser, log.now());
  const browser = log.state.get('browser', activation.browser);
  if (!browser) throw new Refusal('browser_unknown');
  const last = [...log.state.all('session')]
    .filter(([, s]) => s.person === browser.person)
    .sort(([, a], [, b]) => b.started - a.started);
  const lastKey = last[0]?.[1].startedWith;
  return {
    request: requestView(services, found.request, browser.person),
    person: refOf(services, browser.person),
    browserKey: browser.publicKey,
    credentials: keysOf(log.state, browser.person)
      .sort((a, b) => Number(b.id === lastKey) - Number(a.id === lastKey))
      .map(keyView),
    basis: found.basis,
    until:
      found.basis === 'self-approved'
        ? latestEnd(log.state, policy.current.policy, found.request, log.now())
        : found.grant.until,
    policy: policy.current.hash,
    ask: askOf(services, found.request),
    draft: touches.draft(),
  };
}

export async function startByTouch(services: Services, ticket: string, made: Touch): Promise<Rows['grant']> {
  const { log, touches, policy } = services;
  const { request: id, browser } = services.activations.find(ticket);
  const found = startable(inForce(services), id, browser, log.now());
  const { request, basis } = found;
  const owner = log.state.get('browser', browser);
  if (!owner || owner.status !== 'paired') throw new Refusal('browser_unknown');
  const { hash } = policy.current;
  const fixed =
    basis === 'self-approved'
      ? {}
      : { terms: { console: found.grant.console, level: found.grant.level, until: found.grant.until } };
  const { touch, statement } = await touches.verify(log.state, 'activation', made, {
    actor: request.person,
    request: id,
    requestHash: request.hash,
    browserKey: owner.publicKey,
    policy: hash,
    basis,
    extends: request.extends,
    ...fixed,
  });
  const { terms } = statement;
  const { value } = await log.run((draft) => {
    requireActive(draft.state, request.person, undefined, touch.credential);
    requirePaired(draft.state, browser);
    if (policy.current.hash !== hash) throw new Refusal('statement_mismatch', { field: 'policy' });
    const now = { state: draft.state, policy: policy.current.policy };
    const current = startable(now, id, browser, draft.now);
    if (current.basis === 'self-approved') refuseWiderTerms(now.state, now.policy, terms, current, draft.now);
    const extended =
      current.basis === 'self-approved' && current.request.extends !== ''
        ? runningGrant(draft.state, current.request.extends, draft.now)
        : undefined;
    if (extended && extended.until >= terms.until)
      throw new Refusal('statement_mismatch', { field: 'terms.until' });
    const grant = extended?.id ?? (current.basis === 'self-approved' ? newId() : current.grant.id);
    draft.append('session.started', {
      session: extended?.session ?? newId(),
      grant,
      request: id,
      basis,
      terms,
      touch,
    });
    return grant;
  });
  services.activations.close(ticket);
  const grant = log.state.get('grant', value);
  if (!grant) throw new Error('the grant just started is not in the state');
  return grant;
}
