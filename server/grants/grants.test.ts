import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId, random, toBase64url } from '#shared/bytes.ts';
import { type Lease, lease as leaseSchema } from '#shared/domain/grants/statements.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import { signedBytes } from '#shared/domain/signing.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { Person } from '../testing/person.ts';
import { type SoftBrowser, detail, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let admin: Person;
let ana: Person;
let ben: Person;
let browser: SoftBrowser;
beforeAll(async () => {
  server = await startServer();
  ({ admin } = server);
  ben = await server.person('ben', ['approver']);
});
// Everybody starts with a browser of their own, so that nothing is left over.
let turn = 0;
beforeEach(async () => {
  ana = await server.person(`ana-${turn++}`, ['engineer']);
  browser = await ana.pair();
});
afterAll(() => server.remove());

const rowOf = (id: string) => server.services.log.state.get('grant', id);

async function approved(until?: number) {
  const request = await ana.ask(browser, { console: 'vault', seconds: 1800 });
  const decided = await ben.decide(request, 'approve', until === undefined ? {} : { until });
  return { request, grant: decided.grant?.id ?? '' };
}
async function running(): Promise<GrantView> {
  const { request } = await approved();
  return ana.activate(browser, request.id);
}
/** Reads a lease as the extension does: signed by the key that entry 0 announces. */
function readLease({ text, signature }: { text: string; signature: string }): Lease {
  const x = server.services.log.state.get('log', 'log')?.leaseKey ?? '';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  expect(verify(null, signedBytes('lease', text), key, Buffer.from(signature, 'base64url'))).toBe(true);
  return leaseSchema.parse(parseCanonical(text));
}

describe('activation', () => {
  test('one touch, without a sign-in, starts the grant in the browser that asked', async () => {
    const { request, grant } = await approved();
    ana.cookie = '';
    const started = await server.appends(['session.started'], () => ana.activate(browser, request.id));
    expect(started).toMatchObject({ id: grant, status: 'running', basis: 'approved' });
    expect(ana.cookie).toBe('');
  });

  test('case 24: the same touch twice, and two windows at once, start one session', async () => {
    const { request } = await approved();
    const { ticket, shown } = await ana.window(browser, request.id);
    const body = { ticket, touch: ana.key.touch(ana.activation(shown)) };
    const other = await ana.window(browser, request.id);
    const second = { ticket: other.ticket, touch: ana.key.touch(ana.activation(other.shown)) };
    const results = await Promise.allSettled(
      [body, body, second].map((each) => call(ana.send, wire.activate, { body: each })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const sessions = [...server.services.log.state.all('session')].filter(
      ([, s]) => s.request === request.id,
    );
    expect(sessions).toHaveLength(1);
    expect(await refused(ana.window(browser, request.id))).toBe('already_started');
  });

  test('a ticket opens nothing once it was used, or after five minutes', async () => {
    const { request } = await approved();
    const { ticket } = await ana.window(browser, request.id);
    server.clock.pass(300_001);
    expect(await refused(call(ana.send, wire.showActivation, { body: { ticket } }))).toBe('link_unknown');
    const used = await ana.window(browser, request.id);
    const touch = ana.key.touch(ana.activation(used.shown));
    await call(ana.send, wire.activate, { body: { ticket: used.ticket, touch } });
    expect(await refused(call(ana.send, wire.showActivation, { body: { ticket: used.ticket } }))).toBe(
      'link_unknown',
    );
    const made = toBase64url(random(32));
    expect(await refused(call(ana.send, wire.showActivation, { body: { ticket: made } }))).toBe(
      'link_unknown',
    );
  });

  test("case 5, T30: the touch must be the requester's own and say exactly what there is", async () => {
    const { request } = await approved();
    const { ticket, shown } = await ana.window(browser, request.id);
    const good = ana.activation(shown);
    const send = (statement: object, by: Person = ana) =>
      refused(call(ana.send, wire.activate, { body: { ticket, touch: by.key.touch(statement) } }));
    const changes = [
      { terms: { ...good.terms, until: good.terms.until + 1 } },
      { terms: { ...good.terms, level: 'view' } },
      { terms: { ...good.terms, console: 'queue' } },
      { browserKey: toBase64url(random(32)) },
      { requestHash: toBase64url(random(32)) },
      { policy: toBase64url(random(32)) },
      { basis: 'self-approved' },
      { extends: newId() },
      { request: newId() },
      { actor: ben.id },
    ];
    const attempts = [...changes, ben].map(() => 'attempt.refused' as const);
    await server.appends(attempts, async () => {
      for (const change of changes)
        expect(await send({ ...good, ...change }), JSON.stringify(change)).toBe('statement_mismatch');
      expect(await send({ ...good, credential: ben.key.id }, ben)).toBe('key_unknown');
    });
    expect(server.entries().at(-1)).toMatchObject({ body: { person: ben.id, why: 'key_unknown' } });
    await call(ana.send, wire.activate, { body: { ticket, touch: ana.key.touch(good) } });
  });

  test('a request that waits for a decision has nothing to start, nor has a denied one', async () => {
    const request = await ana.ask(browser, { console: 'vault' });
    expect(await refused(ana.window(browser, request.id))).toBe('no_longer_open');
    await ben.decide(request, 'deny');
    expect(await refused(ana.window(browser, request.id))).toBe('no_longer_open');
  });

  test('a grant that nobody starts within 15 minutes ends', async () => {
    const { request, grant } = await approved();
    server.clock.pass(15 * 60_000);
    expect(await refused(ana.window(browser, request.id))).toBe('not_running');
    await server.wake();
    await expect.poll(() => rowOf(grant)).toMatchObject({ status: 'ended', endedHow: 'not-started' });
  });

  test('where nobody decides, the own touch is enough and is marked', async () => {
    const request = await ana.ask(browser, { console: 'queue', seconds: 900 });
    expect(request).toMatchObject({ decides: 'nobody', status: 'waiting' });
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(ben.decide(request, 'approve'))).toBe('may_not_decide'),
    );
    const grant = await server.appends(['session.started'], () => ana.activate(browser, request.id));
    expect(grant).toMatchObject({ basis: 'self-approved', status: 'running' });
    const { sessions } = await call(ben.send, wire.live, {});
    expect(
      sessions.find(({ session }) => session.grant.id === grant.id)?.session.grant.basis === 'self-approved',
    ).toBe(true);
  });
});

describe('leases', () => {
  test('answer the nonce, name grant, key and log, and die after a minute', async () => {
    const grant = await running();
    const { nonce, now, leases } = await browser.renew();
    expect(leases.map(readLease)).toEqual([
      {
        type: 'lease',
        log: server.services.log.origin,
        browserKey: browser.publicKey,
        grant: grant.id,
        session: grant.session,
        console: 'vault',
        level: 'change',
        nonce,
        issued: now,
        dies: now + 60_000,
        until: grant.until,
      },
    ]);
  });

  test('are for the browser that asked alone', async () => {
    await running();
    const other = await ana.pair();
    expect((await other.renew()).leases).toEqual([]);
  });

  test('say which consoles a browser cannot gate, and its owner sees it by name', async () => {
    const ungated = async () =>
      (await call(ana.send, wire.me, {})).browsers.find(({ id }) => id === browser.id)?.ungated;
    expect(await ungated()).toBeUndefined();
    await browser.renew([], ['vault', 'gone']);
    expect(await ungated()).toEqual(['Vault', 'gone']);
    await browser.renew([], []);
    expect(await ungated()).toEqual([]);
  });

  test('live no longer than the grant', async () => {
    const grant = await running();
    server.clock.pass(grant.until - server.clock.wall() - 10_000);
    const [lease] = (await browser.renew()).leases.map(readLease);
    expect(lease?.dies).toBe(grant.until);
  });

  test('end with the grant, also before the end is in the log', async () => {
    const grant = await running();
    server.clock.pass(grant.until - server.clock.wall());
    expect((await browser.renew()).leases).toEqual([]);
    await server.wake();
    await expect.poll(() => rowOf(grant.id)).toMatchObject({ status: 'ended', endedHow: 'ran-out' });
  });
});

describe('ending', () => {
  test('handing back needs the browser key, no touch, and is final', async () => {
    const grant = await running();
    const send = () =>
      call(browser.send, wire.endGrant, {
        params: { grant: grant.id },
        body: { end: browser.end(grant.id) },
      });
    const ended = await server.appends(['grant.ended'], send);
    expect(ended.grant).toMatchObject({ status: 'ended', endedHow: 'handed-back' });
    await server.appends([], async () => expect(await refused(send())).toBe('not_running'));
    expect((await browser.renew()).leases).toEqual([]);
  });

  test('case 29: revoking ends the leases at once and stays unacknowledged until the browser says it is shut', async () => {
    const grant = await running();
    const { grant: view } = await server.appends(['grant.ended'], () =>
      ben.revoke(grant.id, 'Wrong console'),
    );
    expect(view).toMatchObject({
      endedHow: 'revoked',
      endedBy: { handle: 'ben' },
      reason: { text: 'Wrong console' },
    });
    expect(view.unacknowledged).toBe(true);
    const live = async () =>
      (await call(ben.send, wire.live, {})).sessions.find(({ session }) => session.grant.id === grant.id)
        ?.session.grant;
    expect(await live()).toMatchObject({ unacknowledged: true });
    expect((await browser.renew([grant.id])).leases).toEqual([]);
    expect(await live()).toBeUndefined();
  });

  test('what a browser never said is no news after an hour', async () => {
    const { session = '', id } = await running();
    await ben.revoke(id);
    const shown = async () =>
      (await call(ben.send, wire.showSession, { params: { session }, query: {} })).session.grant;
    expect(await shown()).toMatchObject({ unacknowledged: true });
    server.clock.pass(3_600_000);
    await ben.signIn();
    expect(await shown()).toMatchObject({ unacknowledged: false });
  });

  test('revoking needs a reason', async () => {
    const grant = await running();
    for (const text of [' ', '\u200b', '\u3164', '\uffa0\u115f\u1160'])
      expect(
        await refused(
          call(ben.send, wire.revoke, { params: { grant: grant.id }, body: { reason: detail(text) } }),
        ),
      ).toBe('reason_missing');
    expect(rowOf(grant.id)?.status).toBe('running');
  });

  test('two at once end it once', async () => {
    const grant = await running();
    const results = await Promise.allSettled([ben.revoke(grant.id), admin.revoke(grant.id)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('unpairing the browser ends its grants', async () => {
    const grant = await running();
    await server.appends(['browser.ended', 'grant.ended'], () =>
      call(ana.send, wire.unpair, { params: { browser: browser.id }, body: {} }),
    );
    expect(rowOf(grant.id)).toMatchObject({ endedHow: 'unpaired' });
  });

  test('a grant that was approved and not started can be revoked', async () => {
    const { request, grant } = await approved();
    await ben.revoke(grant);
    expect(await refused(ana.window(browser, request.id))).toBe('not_running');
  });
});

describe('more time', () => {
  const askMore = (grant: GrantView, of: object = {}) =>
    ana.ask(browser, { console: 'vault', seconds: 900, extends: grant.id, ...of });

  test('lengthens the running grant without a second touch', async () => {
    const grant = await running();
    const request = await askMore(grant);
    const until = grant.until + 300_000;
    await server.appends(['request.decided'], () => ben.decide(request, 'approve', { until }));
    expect(rowOf(grant.id)).toMatchObject({ status: 'running', until, session: grant.session });
    expect((await browser.renew()).leases.map(readLease)).toMatchObject([{ grant: grant.id, until }]);
  });

  test('may be given up to the latest end that the request shows, and from the end that the grant has', async () => {
    const grant = await running();
    for (const seconds of [900, 3600]) {
      const asked = await askMore(grant, { seconds });
      const { request } = await call(ben.send, wire.showRequest, { params: { request: asked.id } });
      const { until = 0 } = rowOf(grant.id) ?? {};
      expect(request).toMatchObject({ from: until, mayDecide: true, mayLower: false });
      // The second one is held down by the console's maximum of an hour from now.
      if (seconds === 900) expect(request.latest).toBe(until + 900_000);
      else expect(Math.abs(request.latest - server.clock.wall() - 3_600_000)).toBeLessThan(5_000);
      await ben.decide(request, 'approve', { until: request.latest });
      expect(rowOf(grant.id)?.until).toBe(request.latest);
    }
  });

  test('never shortens it, and never goes past what the console allows', async () => {
    const grant = await running();
    const request = await askMore(grant);
    for (const until of [grant.until - 1, server.clock.wall() + 3_600_000 + 60_000])
      expect(await refused(ben.decide(request, 'approve', { until }))).toBe('statement_mismatch');
  });

  test('is for the same console and level, and for an own grant', async () => {
    const grant = await running();
    expect(await refused(askMore(grant, { level: 'view' }))).toBe('outside_policy');
    expect(await refused(askMore(grant, { console: 'queue' }))).toBe('outside_policy');
    expect(await refused(askMore({ ...grant, id: newId() }))).toBe('not_found');
  });

  test('case 30: after the end a new request is needed', async () => {
    const grant = await running();
    const request = await askMore(grant);
    await ben.revoke(grant.id);
    expect(await refused(ben.decide(request, 'approve', { until: server.clock.wall() + 600_000 }))).toBe(
      'no_longer_open',
    );
    expect(await refused(askMore(grant))).toBe('not_running');
    expect((await ana.ask(browser, { console: 'vault' })).status).toBe('waiting');
  });

  test('case 30: also when the end is not in the log yet', async () => {
    const grant = await running();
    const request = await askMore(grant);
    server.clock.pass(grant.until - server.clock.wall());
    expect(await refused(ben.decide(request, 'approve', { until: server.clock.wall() + 600_000 }))).toBe(
      'not_running',
    );
  });

  test('where nobody decides, one touch lengthens the same session', async () => {
    const first = await ana.ask(browser, { console: 'queue', seconds: 900 });
    const grant = await ana.activate(browser, first.id);
    const more = await ana.ask(browser, { console: 'queue', seconds: 900, extends: grant.id });
    const longer = await server.appends(['session.started'], () => ana.activate(browser, more.id));
    expect(longer).toMatchObject({ id: grant.id, session: grant.session, basis: 'self-approved' });
    expect(longer.until).toBeGreaterThan(grant.until);
  });
});

describe('case 28: the server clock is set back by an hour', () => {
  let set = 0;
  beforeEach(() => {
    set = 0;
  });

  test('what has expired stays expired, what runs ends on time, and nothing is signed', async () => {
    const over = await running();
    server.clock.pass(over.until - server.clock.wall());
    await server.wake();
    await expect.poll(() => rowOf(over.id)?.status).toBe('ended');
    const bea = await server.person(`bea-${turn++}`, ['engineer']);
    const hers = await bea.pair();
    const grant = await bea.activate(hers, (await bea.ask(hers, { console: 'queue', seconds: 900 })).id);
    const { size } = server.services.log;
    server.clock.set((set = -3_600_000));
    try {
      expect((await browser.renew()).leases).toEqual([]);
      expect(await refused(ana.ask(browser, { console: 'vault' }))).toBe('log_unwritable');
      expect(server.services.log.health).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/went back/) as string,
      });
      expect((await fetch(`${server.origin}/readyz`)).status).toBe(503);
      // By the monotonic clock its time is over, whatever the wall clock says.
      server.clock.pass(901_000);
      expect((await hers.renew()).leases).toEqual([]);
      expect(server.services.log.size).toBe(size);
      expect(rowOf(grant.id)?.status).toBe('running');
    } finally {
      server.clock.set(-set);
    }
    await server.wake();
    await expect.poll(() => rowOf(grant.id)?.status).toBe('ended');
  });
});
