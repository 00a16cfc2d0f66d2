import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { verifyLog } from '#shared/verify/log.ts';
import type { Source, Step } from '#shared/verify/types.ts';
import { looseCbor } from './cbor.ts';
import { refused } from './soft-browser.ts';
import { type TestServer, startServer } from './start.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

async function verify(source: Source, genesis: string) {
  const steps: Step[] = [];
  const run = verifyLog(source, { logKey: server.services.log.verifierKey, genesis });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { verdict: value, steps };
    steps.push(value);
  }
}

// Whatever the server takes in, a verifier that trusts nobody must be able to follow: the two have no code in common
// where they judge signatures, touches and rules.
test('every kind of entry that the routes can make verifies from the outside', async () => {
  const { admin } = server;
  const ana = await server.person('ana', ['engineer'], { algorithm: 'Ed25519', attestation: 'packed' });
  const ben = await server.person('ben', ['approver', 'auditor'], {
    algorithm: 'RS256',
    attestation: () => ({ format: 'compound', statement: looseCbor }),
  });
  const cleo = await server.person('cleo', ['engineer', 'approver'], { synced: true, counts: false });
  const second = await ana.addKey();
  await call(ana.send, wire.removeKey, {
    body: { touch: await ana.touch('key-removal', { removed: second.id }) },
  });
  await admin.changeRoles(cleo.id, ['engineer']);

  const browser = await ana.pair();
  const withdrawn = await ana.ask(browser, { console: 'vault' });
  const body = { withdrawal: browser.withdrawal(withdrawn.id) };
  await call(browser.send, wire.withdraw, { params: { request: withdrawn.id }, body });
  await ben.decide(await ana.ask(browser, { console: 'vault' }), 'deny');
  const request = await ana.ask(browser, { console: 'vault', seconds: 1800 });
  await ben.decide(request, 'approve', { level: 'view', until: server.clock.wall() + 900_000 });
  expect(await refused(ben.decide(request, 'approve'))).toBe('already_decided');
  const { id: grant, session = '' } = await ana.activate(browser, request.id);
  await browser.deliver(
    browser.batch([{ console: 'vault', session, words: 'Opened the page Flows', kind: 'opened' }]),
  );
  const more = await ana.ask(browser, { console: 'vault', level: 'view', seconds: 900, extends: grant });
  await ben.decide(more, 'approve');
  await ben.revoke(grant);
  const late = server.clock.wall() + 1000;
  await browser.deliver(browser.batch([{ console: 'vault', session, words: 'Clicked Deploy', at: late }]));

  const own = await cleo.pair();
  const alone = await cleo.ask(own, { console: 'queue', seconds: 900 });
  const selfApproved = await cleo.activate(own, alone.id);
  const longer = await cleo.ask(own, { console: 'queue', seconds: 900, extends: selfApproved.id });
  await cleo.activate(own, longer.id);
  await call(own.send, wire.endGrant, {
    params: { grant: selfApproved.id },
    body: { end: own.end(selfApproved.id) },
  });
  await cleo.activate(own, (await cleo.ask(own, { console: 'queue', seconds: 900 })).id);
  server.clock.pass(901_000);
  await server.wake();
  await expect
    .poll(() => server.entries().some((e) => e.type === 'grant.ended' && e.body.how === 'ran-out'))
    .toBe(true);
  await cleo.ask(own, { console: 'vault' });
  server.clock.pass(3_600_000);
  await server.wake();
  await expect.poll(() => server.entries().some(({ type }) => type === 'request.expired')).toBe(true);
  await call(cleo.send, wire.unpair, { params: { browser: own.id }, body: {} });
  await admin.reset(cleo.id);
  await admin.disable(ana.id);

  const types = new Set(server.entries().map(({ type }) => type));
  expect([...types].sort()).toEqual(
    [
      'actions.recorded',
      'attempt.refused',
      'browser.ended',
      'browser.paired',
      'genesis',
      'grant.ended',
      'key.enrolled',
      'key.removed',
      'person.disabled',
      'person.invited',
      'person.reset',
      'person.roles-changed',
      'policy.loaded',
      'request.asked',
      'request.decided',
      'request.expired',
      'request.withdrawn',
      'session.started',
    ].sort(),
  );

  const source: Source = async (path) => {
    const answer = await fetch(`${server.origin}/log/${path}`, { headers: { cookie: admin.cookie } });
    expect(answer.status, path).toBe(200);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const { genesis } = server.services.log;
  const good = await verify(source, genesis);
  expect(good.verdict, JSON.stringify(good.steps.filter(({ state }) => state !== 'ok'))).toMatchObject({
    state: 'ok',
  });

  // One byte changed in a copy: the verdict is red and names the entry.
  const changed: Source = async (path) => {
    const bytes = await source(path);
    if (!path.includes('entries')) return bytes;
    const text = Buffer.from(bytes).toString('latin1');
    const at = text.indexOf('"type":"request.decided"');
    return bytes.with(at + 9, (bytes[at + 9] ?? 0) ^ 1);
  };
  const bad = await verify(changed, genesis);
  const index = server.entries().findIndex(({ type }) => type === 'request.decided');
  expect(bad.verdict).toMatchObject({ state: 'failed', entry: index });
});

test('free text is nowhere in the log itself', async () => {
  const words = 'A justification that only details hold';
  const dora = await server.person('dora', ['engineer']);
  const browser = await dora.pair();
  const made = browser.ask({ console: 'vault' }, words);
  await call(browser.send, wire.askRequest, { body: made });
  const log = Buffer.concat(server.services.log.reader.entries(0, server.services.log.size)).toString();
  expect(log).not.toContain(words);
});
