import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId, random, toBase64url } from '#shared/bytes.ts';
import type { Level } from '#shared/domain/primitives.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { Person } from '../testing/person.ts';
import { testPolicy } from '../testing/policy.ts';
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
  ana = await server.person('ana', ['engineer', 'approver']);
  ben = await server.person('ben', ['approver']);
  browser = await ana.pair();
});
afterAll(() => server.remove());
// One person asks for access a few times in a minute.
afterEach(() => server.clock.pass(60_000));

const askVault = (of: { seconds?: number; level?: Level } = {}, why?: string) =>
  ana.ask(browser, { console: 'vault', seconds: 1800, ...of }, why);
const withdraw = (request: string) =>
  call(browser.send, wire.withdraw, {
    params: { request },
    body: { withdrawal: browser.withdrawal(request) },
  });
/** What is left open is withdrawn or handed back, so that each test starts alone. */
async function clear(): Promise<void> {
  const { requests, grants } = await call(browser.send, wire.browserState, {});
  for (const { id, status } of requests) if (status === 'waiting') await withdraw(id);
  for (const { id, status } of grants)
    if (status !== 'ended')
      await call(browser.send, wire.endGrant, { params: { grant: id }, body: { end: browser.end(id) } });
}
async function asked(...of: Parameters<typeof askVault>): Promise<RequestView> {
  await clear();
  return askVault(...of);
}
const show = async (by: Person, request: string) =>
  (await call(by.send, wire.showRequest, { params: { request } })).request;

describe('asking', () => {
  test('appends one entry and shows the request to those who may decide', async () => {
    const request = await server.appends(['request.asked'], () => askVault({}, 'Queue orders is stuck'));
    expect(request).toMatchObject({
      status: 'waiting',
      level: 'change',
      seconds: 1800,
      person: { handle: 'ana' },
    });
    const { toDecide } = await call(ben.send, wire.inbox, {});
    expect(toDecide).toMatchObject([
      { id: request.id, justification: { text: 'Queue orders is stuck' }, mayDecide: true },
    ]);
  });

  test('a second identical request is refused and says what to do', async () => {
    await asked();
    await server.appends([], async () => expect(await refused(askVault())).toBe('already_asked'));
  });

  test('a grant to look is no reason against asking to change, only against asking to look again', async () => {
    const request = await asked({ level: 'view' });
    await ben.decide(request, 'approve');
    await server.appends([], async () =>
      expect(await refused(askVault({ level: 'view' }))).toBe('already_open'),
    );
    const raised = await server.appends(['request.asked'], () => askVault({ level: 'change' }));
    await ben.decide(raised, 'approve');
    await server.appends([], async () => {
      expect(await refused(askVault({ level: 'change' }))).toBe('already_open');
      expect(await refused(askVault({ level: 'view' }))).toBe('already_open');
    });
  });

  test('two at once become one', async () => {
    await clear();
    const results = await Promise.allSettled([askVault(), askVault()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('case 24: the very same ask sent again makes no second request', async () => {
    await clear();
    const body = browser.ask({ console: 'vault' });
    await server.appends(['request.asked'], () => call(browser.send, wire.askRequest, { body }));
    await clear();
    await server.appends([], async () =>
      expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe('already_asked'),
    );
  });

  test.each(['', ' ', '\n\t ', '\u200b', '\u202e', '...', '\u3164', '\uffa0\u115f\u1160'])(
    'the justification %j is refused',
    async (why) => {
      await clear();
      const body = browser.ask({ console: 'vault' }, why);
      await server.appends([], async () =>
        expect(['justification_missing', 'invalid_input']).toContain(
          await refused(call(browser.send, wire.askRequest, { body })),
        ),
      );
    },
  );

  test.each<[string, { console?: string; seconds?: number; level?: Level }, string]>([
    ['a console that is not in the policy', { console: 'bank' }, 'unknown_console'],
    ['a duration that policy does not offer', { seconds: 3601 }, 'outside_policy'],
    ['a level that policy does not offer', { console: 'queue', level: 'view' }, 'outside_policy'],
  ])('%s is refused with a sentence', async (_, of, code) => {
    await clear();
    const body = browser.ask({ console: 'vault', ...of });
    await server.appends([], async () =>
      expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe(code),
    );
  });

  test('words other than those that were signed are refused', async () => {
    await clear();
    const body = { ...browser.ask({ console: 'vault' }), justification: detail('Something else') };
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe('statement_mismatch'),
    );
  });

  test("an ask signed by another browser's key, for another log or another browser is refused", async () => {
    await clear();
    const other = await ana.pair();
    const foreign = { ...browser.ask({ console: 'vault' }) };
    foreign.ask = { ...foreign.ask, signature: other.sign('ask', foreign.ask.text) };
    expect(await refused(call(browser.send, wire.askRequest, { body: foreign }))).toBe('proof_invalid');
    for (const of of [{ log: 'elsewhere/1' }, { browser: other.id }]) {
      const body = browser.ask({ console: 'vault', ...of });
      expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe('statement_mismatch');
    }
    // A signature made for another purpose over the same text.
    const made = browser.ask({ console: 'vault' });
    const body = { ...made, ask: { ...made.ask, signature: browser.sign('withdrawal', made.ask.text) } };
    expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe('proof_invalid');
  });

  test('case 71: the server keeps text whole and gives it back as it was', async () => {
    const why =
      `<script>alert(1)</script> \u202etxt.exe\u202c "quotes" \n second line ${'long '.repeat(2000)}`.slice(
        0,
        10_000,
      );
    expect(why).toHaveLength(10_000);
    const request = await asked({}, why);
    expect((await show(ben, request.id)).justification?.text).toBe(why);
    const log = Buffer.concat(server.services.log.reader.entries(0, server.services.log.size)).toString();
    expect(log).not.toContain('<script>');
  });

  test('case 26: what the client says of the time changes nothing', async () => {
    await clear();
    for (const days of [-1, 1]) {
      const before = server.clock.wall();
      const request = await ana.ask(browser, { console: 'vault', at: Date.now() + days * 86_400_000 });
      expect(request.asked).toBeGreaterThanOrEqual(before - 5);
      expect(request.expires - request.asked).toBe(3_600_000);
      await withdraw(request.id);
    }
  });

  test('a role that was taken away asks for nothing more', async () => {
    await clear();
    await admin.changeRoles(ana.id, ['approver']);
    await server.appends([], async () => expect(await refused(askVault())).toBe('outside_policy'));
    await admin.changeRoles(ana.id, ['engineer', 'approver']);
  });
});

describe('withdrawing', () => {
  test('ends an open request once, with the browser key', async () => {
    const { id } = await asked();
    expect((await server.appends(['request.withdrawn'], () => withdraw(id))).request.status).toBe(
      'withdrawn',
    );
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(withdraw(id))).toBe('no_longer_open'),
    );
  });

  test('of another request than the one signed for is refused', async () => {
    const { id } = await asked();
    const body = { withdrawal: browser.withdrawal(newId()) };
    expect(await refused(call(browser.send, wire.withdraw, { params: { request: id }, body }))).toBe(
      'statement_mismatch',
    );
  });
});

describe('deciding', () => {
  test('an approval signs the terms and makes the grant', async () => {
    const request = await asked();
    const decided = await server.appends(['request.decided'], () => ben.decide(request, 'approve'));
    expect(decided).toMatchObject({
      status: 'approved',
      decidedBy: { handle: 'ben' },
      decidedWith: { id: ben.key.id },
    });
    expect(decided.grant).toMatchObject({ status: 'approved', level: 'change', basis: 'approved' });
    const entry = server.entries().at(-1);
    expect(entry).toMatchObject({ body: { approver: { handle: 'ben', roles: ['approver'] } } });
  });

  test('a denial needs a reason, makes no grant and is final', async () => {
    const request = await asked();
    const bare = await ben.decision(request, 'deny');
    const without = { ...bare.statement, reason: '' as const };
    const send = (touch: object) =>
      call(ben.send, wire.decide, { params: { request: request.id }, body: touch as never });
    expect(await refused(send({ touch: ben.key.touch(without) }))).toBe('reason_missing');
    expect(await refused(ben.decide(request, 'deny', {}, detail('\u3164 \uffa0')))).toBe('reason_missing');
    const denied = await server.appends(['request.decided'], () => ben.decide(request, 'deny'));
    expect(denied).toMatchObject({ status: 'denied', reason: { text: 'Not during the freeze' } });
    expect(denied.grant).toBeUndefined();
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(ben.decide(request, 'approve'))).toBe('already_decided'),
    );
  });

  test('shortening and lowering work; lengthening and another console do not', async () => {
    const request = await asked({ level: 'view' });
    const now = server.clock.wall();
    const wider = [
      { until: now + 1_900_000 },
      { until: now - 1000 },
      { level: 'change' as const },
      { console: 'queue' },
    ];
    for (const terms of wider)
      expect(['statement_mismatch', 'statement_expired'], JSON.stringify(terms)).toContain(
        await refused(ben.decide(request, 'approve', terms)),
      );
    const decided = await ben.decide(request, 'approve', { until: now + 600_000 });
    expect(decided.grant?.until).toBe(now + 600_000);
    const change = await asked({ level: 'change' });
    expect((await ben.decide(change, 'approve', { level: 'view' })).grant?.level).toBe('view');
  });

  test('case 19: nobody decides on their own request, whatever their role or key', async () => {
    const request = await asked();
    ana.key = await ana.addKey();
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(ana.decide(request, 'approve'))).toBe('own_request'),
    );
    expect((await show(ana, request.id)).mayDecide).toBe(false);
  });

  test('case 10: a fresh touch of the approver is demanded, a cookie is not enough', async () => {
    const request = await asked();
    const { statement } = await ben.decision(request, 'approve');
    const thief = server.stranger();
    thief.cookie = ben.cookie;
    const touch = thief.key.touch(statement, { credential: ben.key.id });
    await server.appends(['attempt.refused'], async () =>
      expect(
        await refused(call(thief.send, wire.decide, { params: { request: request.id }, body: { touch } })),
      ).toBe('touch_invalid'),
    );
  });

  test('T30: a touch for one request decides no other', async () => {
    const first = await asked();
    const { statement } = await ben.decision(first, 'approve');
    const second = await asked();
    const touch = ben.key.touch(statement);
    expect(
      await refused(call(ben.send, wire.decide, { params: { request: second.id }, body: { touch } })),
    ).toBe('statement_mismatch');
    for (const other of [
      { requestHash: toBase64url(random(32)) },
      { requester: ben.id },
      { policy: toBase64url(random(32)) },
    ]) {
      const made = await ben.decision(second, 'approve');
      const body = { touch: ben.key.touch({ ...made.statement, ...other }) };
      expect(
        await refused(call(ben.send, wire.decide, { params: { request: second.id }, body })),
        JSON.stringify(other),
      ).toBe('statement_mismatch');
    }
  });

  test('case 20: approve and deny at once end in one state, and both attempts are in the log', async () => {
    const request = await asked();
    const dora = await server.person('dora', ['approver']);
    const { size } = server.services.log;
    const results = await Promise.allSettled([ben.decide(request, 'approve'), dora.decide(request, 'deny')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(server.entries(size).map(({ type }) => type)).toEqual(['request.decided', 'attempt.refused']);
  });

  test('case 22: an approver who lost the role before the touch is refused', async () => {
    const eve = await server.person('eve', ['approver']);
    const request = await asked();
    const { statement } = await eve.decision(request, 'approve');
    await admin.changeRoles(eve.id, ['auditor']);
    const body = { touch: eve.key.touch(statement) };
    await server.appends([], async () =>
      expect(await refused(call(eve.send, wire.decide, { params: { request: request.id }, body }))).toBe(
        'forbidden',
      ),
    );
  });

  test('case 22: a policy that changed between the page and the touch is another one than was shown', async () => {
    const request = await asked();
    const { statement } = await ben.decision(request, 'approve');
    const file = join(server.folder, 'policy.yaml');
    const before = server.services.policy.current.hash;
    writeFileSync(file, testPolicy.replace("decides: ['role:approver']", 'decides: [cleo]'));
    await expect.poll(() => server.services.policy.current.hash, { timeout: 10_000 }).not.toBe(before);
    const body = { touch: ben.key.touch(statement) };
    expect(['may_not_decide', 'statement_mismatch']).toContain(
      await refused(call(ben.send, wire.decide, { params: { request: request.id }, body })),
    );
    expect(await refused(ben.decide(request, 'approve'))).toBe('may_not_decide');
    writeFileSync(file, testPolicy);
    await expect.poll(() => server.services.policy.current.hash, { timeout: 10_000 }).toBe(before);
  });

  test('case 23: a withdrawn or expired request is refused with 409', async () => {
    const request = await asked();
    await withdraw(request.id);
    expect(await refused(ben.decide(request, 'approve'))).toBe('no_longer_open');
    const { id } = await askVault();
    const view = await show(ben, id);
    server.clock.pass(3_600_001);
    await server.appends(['attempt.refused', 'request.expired'], async () => {
      expect(await refused(ben.decide(view, 'approve'))).toBe('no_longer_open');
      await expect.poll(() => server.services.log.state.get('request', id)?.status).toBe('expired');
    });
  });

  test('case 24: two touches at once make one grant', async () => {
    const request = await asked();
    const grants = () => [...server.services.log.state.all('grant')].length;
    const before = grants();
    const results = await Promise.allSettled([
      ben.decide(request, 'approve'),
      ben.decide(request, 'approve'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(grants()).toBe(before + 1);
  });

  test('a requester who was disabled gets nothing decided', async () => {
    const fay = await server.person('fay', ['engineer']);
    const hers = await fay.pair();
    const request = await fay.ask(hers, { console: 'vault' });
    await admin.disable(fay.id);
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(ben.decide(request, 'approve'))).toBe('no_longer_open'),
    );
  });
});
