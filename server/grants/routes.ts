import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import { end as endSchema, type Lease } from '#shared/domain/grants/statements.ts';
import { endWithin, grantLasts } from '#shared/domain/rights/standing.ts';
import { wire } from '#shared/wire/index.ts';
import { commit } from '#shared/domain/signing.ts';
import { requirePaired, signedByBrowser } from '../browsers/index.ts';
import { consoleList } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { keepDetails, requireWords } from '../details/index.ts';
import { serve } from '../http/index.ts';
import { openWindow, showWindow, startByTouch } from './activating.ts';
import { openGrant } from './ending.ts';
import { grantView } from './views.ts';

/** How long a lease lives without renewal, in ms. */
const leaseLife = 60_000;

/** Activation, leases, handing back, revoking. */
export function grantRoutes(app: OpenAPIHono, services: Services): void {
  const { log, hub, heartbeats, now, policy } = services;
  const shown = (id: string) => {
    const grant = log.state.get('grant', id);
    if (!grant) throw new Refusal('not_found');
    return grantView(services, grant);
  };

  serve(app, services, wire.openActivation, ({ who, params }) =>
    openWindow(services, params.request, who.browser.id),
  );
  serve(app, services, wire.showActivation, ({ body }) => showWindow(services, body.ticket));
  serve(app, services, wire.activate, async ({ body }) => ({
    grant: grantView(services, await startByTouch(services, body.ticket, body.touch)),
  }));

  serve(app, services, wire.renewLeases, ({ who, body }) => {
    const known = body.shut.filter((id) => log.state.get('grant', id)?.browser === who.browser.id);
    heartbeats.heard(who.browser.id, known);
    // What a browser says of itself is no entry, so it is told by hand.
    if (known.length > 0) hub.tell(['live']);
    if (heartbeats.gates(who.browser.id, body.ungated ?? [])) hub.tell(['people']);
    const issued = now();
    // Judged anew each time: what ended with a change of policy or roles is no reason to trust that it did.
    const inForce = policy.current.policy;
    const running = [...log.state.all('grant')]
      .map(([, grant]) => ({ ...grant, until: endWithin(inForce, grant) }))
      .filter(
        (grant) =>
          grant.browser === who.browser.id &&
          grant.status === 'running' &&
          grant.until > issued &&
          grantLasts(inForce, log.state, grant),
      );
    const leases = running.map(({ id, session = '', console, level, until }) => {
      const lease: Lease = {
        type: 'lease',
        log: log.origin,
        browserKey: who.browser.publicKey,
        grant: id,
        session,
        console,
        level,
        nonce: body.nonce,
        issued,
        dies: Math.min(issued + leaseLife, until),
        until,
      };
      return services.leaseKey.sign('lease', lease);
    });
    return { now: issued, leases, consoles: consoleList(services).number, checkpoint: log.head.note };
  });

  serve(app, services, wire.endGrant, async ({ who, params, body }) => {
    const end = signedByBrowser(services, who, 'end', body.end, endSchema);
    if (end.grant !== params.grant) throw new Refusal('statement_mismatch', { field: 'end' });
    await log.run((draft) => {
      requirePaired(draft.state, who.browser.id);
      const grant = draft.state.get('grant', params.grant);
      if (grant?.browser !== who.browser.id) throw new Refusal('not_found');
      openGrant(draft.state, grant.id);
      draft.append('grant.ended', { grant: grant.id, how: 'handed-back', by: who.person.id, end: body.end });
    });
    return { grant: shown(params.grant) };
  });

  serve(app, services, wire.revoke, async ({ who, params, body }) => {
    requireWords(body.reason.text, 'reason');
    await log.run((draft) => {
      const grant = openGrant(draft.state, params.grant);
      keepDetails(draft, body.reason);
      const reason = commit(body.reason.salt, body.reason.text);
      draft.append('grant.ended', { grant: grant.id, how: 'revoked', by: who.person.id, reason });
    });
    return { grant: shown(params.grant) };
  });
}
