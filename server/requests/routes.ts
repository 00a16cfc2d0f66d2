import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { wire } from '#shared/wire/index.ts';
import type { Services } from '../context.ts';
import { serve } from '../http/index.ts';
import { askFor, withdrawFor } from './asking.ts';
import { decideOn } from './deciding.ts';
import { askOf, requestView } from './views.ts';

/** Decided requests stay in the inbox this long, in ms. */
const lately = 7 * 86_400_000;

/** Asking, withdrawing, deciding, and the inbox. */
export function requestRoutes(app: OpenAPIHono, services: Services): void {
  const { log, policy, now } = services;
  const found = (id: string): Rows['request'] => {
    const request = log.state.get('request', id);
    if (!request) throw new Refusal('not_found');
    return request;
  };
  const newestFirst = (a: Rows['request'], b: Rows['request']) => b.asked - a.asked;

  serve(app, services, wire.askRequest, async ({ who, body }) => ({
    request: requestView(services, found(await askFor(services, who, body)), who.person.id),
  }));
  serve(app, services, wire.withdraw, async ({ who, params, body }) => {
    await withdrawFor(services, who, params.request, body.withdrawal);
    return { request: requestView(services, found(params.request), who.person.id) };
  });

  serve(app, services, wire.inbox, ({ who }) => {
    const me = who.person.id;
    const requests = [...log.state.all('request')].map(([, request]) => request).sort(newestFirst);
    const since = now() - lately;
    const waiting = requests
      .filter((r) => r.status === 'waiting' && r.expires > now())
      .map((r) => requestView(services, r, me));
    return {
      now: now(),
      toDecide: waiting.filter((view) => view.mayDecide),
      mine: requests
        .filter((r) => r.person === me)
        .slice(0, 20)
        .map((r) => requestView(services, r, me)),
      lately: requests
        .filter((r) => r.decisions.some(({ by }) => by === me) && (r.decidedAt ?? 0) > since)
        .slice(0, 20)
        .map((r) => requestView(services, r, me)),
    };
  });

  serve(app, services, wire.showRequest, ({ who, params }) => {
    const request = found(params.request);
    const view = requestView(services, request, who.person.id);
    const reads = who.person.roles.some((role) => role !== 'engineer');
    // To an engineer who neither asked nor may decide it, it looks the same as one that does not exist (case 13).
    if (request.person !== who.person.id && !view.mayDecide && !reads) throw new Refusal('not_found');
    return {
      now: now(),
      request: view,
      policyHash: policy.current.hash,
      credential: who.credential,
      ask: askOf(services, request),
    };
  });

  serve(app, services, wire.decide, async ({ who, params, body }) => {
    await decideOn(services, who, params.request, body);
    return { request: requestView(services, found(params.request), who.person.id) };
  });
}
