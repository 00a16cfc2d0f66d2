import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import { canonical } from '#shared/log/canonical.ts';
import { wire } from '#shared/wire/index.ts';
import { isOutdated, protocolHeader } from '#shared/wire/protocol.ts';
import { consoleList } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { grantView } from '../grants/index.ts';
import { serve, verifiedBy } from '../http/index.ts';
import { requireActive, browserView, refOf } from '../people/index.ts';
import { requestView } from '../requests/index.ts';

/** Ended and decided things stay in a browser's state this long, in ms, so that it can say how they ended. */
const lately = 3_600_000;

/** Pairing, unpairing, and what a paired browser must know. */
export function browserRoutes(app: OpenAPIHono, services: Services): void {
  const { log, pairings, touches, hub, now } = services;

  serve(app, services, wire.openPairing, ({ who }) => {
    if (log.size === 0) throw new Refusal('forbidden');
    return { ...pairings.open(who.person.id), hosts: consoleList(services).consoles.flatMap((c) => c.hosts) };
  });
  serve(app, services, wire.pairing, ({ who, body }) => {
    const pairing = pairings.find(body.ticket);
    if (pairing.person !== who.person.id) throw new Refusal('not_found');
    const { claim, state, expires } = pairing;
    return {
      state,
      expires,
      ...(claim ? { browserKey: claim.publicKey, code: claim.code, label: claim.label } : {}),
    };
  });
  serve(app, services, wire.claimPairing, ({ body, context }) => {
    if (isOutdated(context.req.header(protocolHeader))) throw new Refusal('extension_outdated');
    const { ticket, publicKey, label, signature } = body;
    if (!verifiedBy(publicKey, 'claim', canonical({ label, publicKey, ticket }), signature))
      throw new Refusal('proof_invalid');
    const { browser, code } = pairings.claim(ticket, publicKey, label);
    hub.tell(['pairing']); // a claim is no entry
    return { browser, code };
  });
  serve(app, services, wire.confirmPairing, async ({ who, body }) => {
    const pairing = pairings.find(body.ticket);
    if (pairing.person !== who.person.id) throw new Refusal('not_found');
    const { claim } = pairing;
    if (!claim || pairing.state !== 'claimed')
      throw new Refusal('link_unknown', {
        sentence: 'This pairing is no longer waiting for a touch. Start it again.',
      });
    const { browser, publicKey, code, label } = claim;
    const person = who.person.id;
    const { touch } = await touches.verify(log.state, 'pairing', body.touch, {
      actor: person,
      browserKey: publicKey,
      code,
      label,
    });
    await log.run((draft) => {
      requireActive(draft.state, person, undefined, touch.credential);
      if (draft.state.get('browser', browser)) throw new Refusal('link_unknown');
      draft.append('browser.paired', { browser, person, publicKey, code, label, touch });
    });
    pairing.state = 'paired';
    const row = log.state.get('browser', browser);
    if (!row) throw new Error('the browser just paired is not in the state');
    return { browser: browserView(services, row) };
  });
  serve(app, services, wire.unpair, async ({ who, params }) => {
    const browser = log.state.get('browser', params.browser);
    // Somebody else's browser looks the same as one that does not exist (case 13).
    if (!browser || (browser.person !== who.person.id && !who.person.roles.includes('administrator')))
      throw new Refusal('not_found');
    await log.run((draft) => {
      if (draft.state.get('browser', browser.id)?.status !== 'paired') throw new Refusal('not_found');
      draft.append('browser.ended', { browser: browser.id, how: 'unpaired', by: who.person.id });
    });
    hub.drop({ browser: browser.id });
    return { ok: true as const };
  });

  serve(app, services, wire.listBrowsers, ({ params }) => {
    if (!log.state.get('person', params.person)) throw new Refusal('not_found');
    const theirs = [...log.state.all('browser')].filter(([, { person }]) => person === params.person);
    return {
      browsers: theirs
        .map(([, browser]) => ({ ...browserView(services, browser), browserKey: browser.publicKey }))
        .sort((a, b) => b.paired - a.paired),
    };
  });
  serve(app, services, wire.releaseBrowser, async ({ who, params, body }) => {
    const browser = log.state.get('browser', params.browser);
    if (!browser) throw new Refusal('not_found');
    const { id, publicKey: browserKey } = browser;
    const by = who.person.id;
    const { touch } = await touches.verify(log.state, 'release', body.touch, {
      actor: by,
      browser: id,
      browserKey,
    });
    await log.run((draft) => {
      requireActive(draft.state, by, 'administrator', touch.credential);
      if (draft.state.get('browser', id)?.status === 'released')
        throw new Refusal('no_longer_open', { sentence: 'This browser was already released.' });
      draft.append('browser.released', { browser: id, by, touch });
    });
    hub.drop({ browser: id });
    return { browser: browserView(services, { ...browser, status: 'released' }) };
  });

  serve(app, services, wire.nonce, () => ({ nonce: services.proofs.nonce(), now: now() }));

  serve(app, services, wire.browserState, ({ who }) => {
    services.heartbeats.heard(who.browser.id);
    const since = now() - lately;
    const requests = [...log.state.all('request')]
      .map(([, request]) => request)
      .filter(
        (r) => r.browser === who.browser.id && (r.status === 'waiting' || (r.decidedAt ?? r.expires) > since),
      )
      .sort((a, b) => b.asked - a.asked);
    const grants = [...log.state.all('grant')]
      .map(([, grant]) => grant)
      .filter((g) => g.browser === who.browser.id && (g.status !== 'ended' || (g.endedAt ?? 0) > since))
      .sort((a, b) => a.until - b.until);
    const genesis = log.state.get('log', 'log');
    if (!genesis) throw new Refusal('browser_unknown');
    return {
      now: now(),
      person: refOf(services, who.person.id),
      log: { origin: log.origin, logKey: log.verifierKey, leaseKey: genesis.leaseKey, genesis: log.genesis },
      chain: { number: who.browser.number, hash: who.browser.chain },
      consoles: services.leaseKey.sign('consoles', consoleList(services)),
      checkpoint: log.head.note,
      requests: requests.map((request) => requestView(services, request, who.person.id)),
      grants: grants.map((grant) => grantView(services, grant)),
    };
  });
}
