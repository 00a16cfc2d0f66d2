import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import { end as endSchema } from '#shared/domain/grants/statements.ts';
import { wire } from '#shared/wire/index.ts';
import { commit } from '#shared/domain/signing.ts';
import { requirePaired, signedByBrowser } from '../browsers/index.ts';
import { consoleList } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { keepDetails, requireWords } from '../details/index.ts';
import { serve } from '../http/index.ts';
import { openWindow, showWindow, startByTouch } from './activating.ts';
import { openGrant } from './ending.ts';
import { leasesFor } from './leases.ts';
import { grantView } from './views.ts';

/** Activation, leases, handing back, revoking. */
export function grantRoutes(app: OpenAPIHono, services: Services): void {
  const { log, hub, heartbeats, now } = services;
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
    const leases = leasesFor(services, who.browser, { nonce: body.nonce, issued });
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
