import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parsePolicy } from '#shared/policy/parse.ts';
import { type Lease, lease as leaseSchema } from '#shared/domain/grants/statements.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import { Refusal } from '#shared/errors.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { Forgery } from '../testing/forgery.ts';
import type { Person } from '../testing/person.ts';
import { testPolicy } from '../testing/policy.ts';
import type { SoftBrowser } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let ben: Person;
let cleo: Person;
let ana: Person;
let turn = 0;
beforeAll(async () => {
  server = await startServer();
  ben = await server.person('ben', ['approver']);
  cleo = await server.person('cleo', ['approver', 'auditor']);
});
beforeEach(async () => {
  // A start is quicker than waiting for the file to be looked at.
  if (server.services.policy.current.text !== testPolicy) {
    await server.stop();
    server.save(testPolicy);
    await server.start();
  }
  ana = await server.person(`ana-${turn++}`, ['engineer']);
});
afterAll(async () => {
  // Whatever was done here, the log holds.
  const log = new Forgery(server);
  expect((await log.verify(await log.seal())).verdict).toMatchObject({ state: 'ok' });
  await server.remove();
});

/** The code and the sentence of the refusal that a call ends in. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('this should have been refused');
}

interface At {
  browser: SoftBrowser;
  request: RequestView;
  grant: string;
}
const ask = async (of: object = {}): Promise<Omit<At, 'grant'>> => {
  const browser = await ana.pair();
  return { browser, request: await ana.ask(browser, { console: 'vault', seconds: 1800, ...of }) };
};
async function approved(of: object = {}): Promise<At> {
  const asked = await ask(of);
  return { ...asked, grant: (await ben.decide(asked.request, 'approve')).grant?.id ?? '' };
}
async function running(): Promise<At & { view: GrantView }> {
  const made = await approved();
  return { ...made, view: await ana.activate(made.browser, made.request.id) };
}
/** One in each state. A second request by one person for one console is refused, so what waits comes last. */
async function everything() {
  return { approved: await approved(), running: await running(), waiting: await ask() };
}

const shownTo = async (browser: SoftBrowser) => call(browser.send, wire.browserState, {});
const grantOf = (id: string) => server.services.log.state.get('grant', id);
const requestOf = (id: string) => server.services.log.state.get('request', id);
const inboxOf = async (person: Person) =>
  (await call(person.send, wire.inbox, {})).toDecide.map(({ id }) => id);
const leasesOf = async (browser: SoftBrowser): Promise<Lease[]> =>
  (await browser.renew()).leases.map(({ text }) => leaseSchema.parse(parseCanonical(text)));

/** Runs what takes rights away; the entries that it appended come at once, in one transaction. */
async function taking(act: () => Promise<unknown>): Promise<string[]> {
  const { size } = server.services.log;
  await act();
  const entries = server.entries(size);
  expect(new Set(entries.map(({ time }) => time)).size).toBe(1);
  const [first = '', ...rest] = entries.map(({ type, body }) =>
    'how' in body && body.how !== undefined ? `${type} ${body.how}` : type,
  );
  return [first, ...rest.toSorted()];
}
const notFor = (handle: string) =>
  testPolicy.replace(
    "who: ['role:engineer']\n    consoles: [vault]",
    `who: [${handle}]\n    consoles: [vault]`,
  );

describe('case 100: the rule goes', () => {
  test('what was asked, approved and started ends with the policy that takes it away, and says so', async () => {
    const { waiting, approved: ready, running: open } = await everything();
    expect(await inboxOf(ben)).toContain(waiting.request.id);
    expect(await leasesOf(open.browser)).toHaveLength(1);
    const window = await ana.window(ready.browser, ready.request.id);
    expect(await taking(() => server.load(notFor('somebody-else')))).toEqual([
      'policy.loaded',
      'grant.ended no-longer-allowed',
      'grant.ended no-longer-allowed',
      'request.expired no-longer-allowed',
    ]);

    expect(await inboxOf(ben)).not.toContain(waiting.request.id);
    expect(await refusal(ben.decide(waiting.request, 'approve'))).toMatch(
      /^no_longer_open: The policy or roles changed while this request was waiting.* A new request is needed/,
    );
    expect(await refusal(ana.window(ready.browser, ready.request.id))).toMatch(
      /^not_running: This access ended because the policy or your roles no longer allow it. Request what/,
    );
    // A window that stood open starts nothing either.
    const touch = ana.key.touch(ana.activation(window.shown));
    expect(await refusal(call(ana.send, wire.activate, { body: { ticket: window.ticket, touch } }))).toMatch(
      /^not_running/,
    );
    expect(await leasesOf(open.browser)).toEqual([]);
    const { grants } = await shownTo(open.browser);
    expect(grants[0]).toMatchObject({ id: open.grant, status: 'ended', endedHow: 'no-longer-allowed' });
    expect(grants[0]?.endedBy).toBeUndefined();
    const { requests } = await shownTo(waiting.browser);
    expect(requests[0]).toMatchObject({ status: 'expired', lapsedHow: 'no-longer-allowed' });
    expect(await refusal(ana.ask(waiting.browser, { console: 'vault' }))).toMatch(
      /^outside_policy: The policy does not let you request Vault/,
    );
    // What it takes away it does not give back.
    await server.load(testPolicy);
    expect(grantOf(open.grant)?.status).toBe('ended');
    expect((await ana.ask(waiting.browser, { console: 'vault' })).status).toBe('waiting');
  });

  test('a console that is gone, or has another id, takes everything along', async () => {
    const { waiting, approved: ready, running: open } = await everything();
    await server.load(testPolicy.replace('  vault:', '  safe:').replace('[vault]', '[safe]'));
    expect(requestOf(waiting.request.id)).toMatchObject({
      status: 'expired',
      lapsedHow: 'no-longer-allowed',
    });
    for (const { grant } of [ready, open])
      expect(grantOf(grant)).toMatchObject({ endedHow: 'no-longer-allowed' });
  });

  test('what any rule still gives goes on, under another name, other approvers and at other hours', async () => {
    const { waiting, running: open } = await everything();
    const other = testPolicy
      .replace('vault-decided', 'vault-at-night')
      .replace("decides: ['role:approver']", 'decides: [cleo]');
    expect(await taking(() => server.load(other))).toEqual([
      'policy.loaded',
      'grant.ended no-longer-allowed',
    ]);
    expect(await leasesOf(open.browser)).toHaveLength(1);
    // The rule that carries it now says who decides.
    expect(await inboxOf(ben)).not.toContain(waiting.request.id);
    expect(await inboxOf(cleo)).toContain(waiting.request.id);
    expect(await refusal(ben.decide(waiting.request, 'approve'))).toMatch(/^may_not_decide/);
    expect((await cleo.decide(waiting.request, 'approve')).status).toBe('approved');
  });

  test('outside its hours a request is not approved and an approval starts nothing; both wait for them', async () => {
    const { waiting, approved: ready, running: open } = await everything();
    const closed = "    when: { days: [mon], from: '00:00', to: '00:01', zone: Etc/UTC }\n";
    const policy = testPolicy.replace(/(consoles: \[vault\]\n)/, `$1${closed}`);
    expect(await taking(() => server.load(policy))).toEqual(['policy.loaded']);
    expect(await leasesOf(open.browser)).toHaveLength(1);
    expect(await refusal(ben.decide(waiting.request, 'approve'))).toMatch(
      /^no_longer_open: The policy lets ana-\d+ request Vault only at other hours. Decide this then/,
    );
    expect(await refusal(ana.window(ready.browser, ready.request.id))).toMatch(
      /^no_longer_open: You can request Vault only mon from 00:00 to 00:01 \(Etc\/UTC\)\./,
    );
    expect(requestOf(waiting.request.id)?.status).toBe('waiting');
    expect(grantOf(ready.grant)?.status).toBe('approved');
    expect((await ben.decide(waiting.request, 'deny')).status).toBe('denied');
  });

  test('a policy that cannot be read takes nothing away', async () => {
    const { waiting, running: open } = await everything();
    expect(await taking(() => server.load('version: 1\nconsoles: [\n')).catch(() => [])).toEqual([]);
    expect(requestOf(waiting.request.id)?.status).toBe('waiting');
    expect(await leasesOf(open.browser)).toHaveLength(1);
    await server.load(testPolicy);
  });

  test('a server that was off while the file changed ends it at its start', async () => {
    const { waiting, running: open } = await everything();
    await server.stop();
    server.save(notFor('somebody-else'));
    await server.start();
    expect(requestOf(waiting.request.id)).toMatchObject({ lapsedHow: 'no-longer-allowed' });
    expect(grantOf(open.grant)).toMatchObject({ endedHow: 'no-longer-allowed' });
    expect(await leasesOf(open.browser)).toEqual([]);
  });
});

test('a lease is judged anew at each renewal, whatever the log still calls open', async () => {
  const open = await running();
  const { policy } = server.services;
  const parsed = parsePolicy(notFor('somebody-else'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const now = vi
    .spyOn(policy, 'current', 'get')
    .mockReturnValue({ ...policy.current, policy: parsed.policy });
  expect(await leasesOf(open.browser)).toEqual([]);
  now.mockRestore();
  expect(await leasesOf(open.browser)).toHaveLength(1);
  await ben.revoke(open.grant);
});

describe('who decides changes', () => {
  test('a request that needs no approval any more, or needs one now, is asked again', async () => {
    const waiting = await ask();
    const other = await ask({ console: 'queue', seconds: 900 });
    const swapped = testPolicy
      .replace('decides: nobody', 'decides: [cleo]')
      .replace("decides: ['role:approver']", 'decides: nobody');
    await server.load(swapped);
    for (const { request, browser } of [waiting, other]) {
      expect(requestOf(request.id)).toMatchObject({ status: 'expired', lapsedHow: 'no-longer-allowed' });
      expect(await refusal(ana.window(browser, request.id))).toMatch(
        /^no_longer_open: The policy or roles changed/,
      );
    }
    // Neither stands in the way of the next one.
    expect(await ana.ask(waiting.browser, { console: 'vault' })).toMatchObject({ decides: 'nobody' });
    expect(await ana.ask(other.browser, { console: 'queue', seconds: 900 })).toMatchObject({
      decides: ['cleo'],
    });
  });
});

describe('case 100: a lower maximum', () => {
  const cut = (minutes: number) =>
    testPolicy
      .replace('maximum: PT1H', `maximum: PT${minutes}M`)
      .replace('[PT15M, PT30M, PT1H]', `[PT${minutes}M]`);

  test('shortens what runs, and the next lease with it', async () => {
    await approved();
    const open = await running();
    const more = await ana.ask(open.browser, { console: 'vault', seconds: 900, extends: open.grant });
    const before = grantOf(open.grant);
    expect(await taking(() => server.load(cut(15)))).toEqual([
      'policy.loaded',
      'grant.ended no-longer-allowed',
      'grant.shortened',
    ]);
    const until = (before?.given ?? 0) + 15 * 60_000;
    expect(until).toBeLessThan(before?.until ?? 0);
    expect(grantOf(open.grant)).toMatchObject({ status: 'running', until });
    expect(await leasesOf(open.browser)).toMatchObject([{ grant: open.grant, until }]);
    // More time is asked for as long as policy still gives it, from the new end on.
    expect(requestOf(more.id)?.status).toBe('waiting');
    server.clock.pass(15 * 60_000);
    await server.wake();
    await expect.poll(() => grantOf(open.grant)).toMatchObject({ status: 'ended', endedHow: 'ran-out' });
  });

  test('never lets a touch for more time make it less', async () => {
    const asked = await ask({ console: 'queue', seconds: 3600 });
    const { id } = await ana.activate(asked.browser, asked.request.id);
    const more = await ana.ask(asked.browser, { console: 'queue', seconds: 900, extends: id });
    const given = grantOf(id)?.given ?? 0;
    await server.load(
      testPolicy.replace('maximum: PT2H', 'maximum: PT30M').replace('[PT15M, PT1H]', '[PT15M]'),
    );
    const until = given + 30 * 60_000;
    expect(grantOf(id)?.until).toBe(until);
    // Half an hour from now at the most, as for everybody.
    const longer = await ana.activate(asked.browser, more.id);
    expect(longer.until).toBeGreaterThan(until);
    expect(longer.until).toBeLessThanOrEqual(server.clock.wall() + 30 * 60_000 + 5_000);
  });

  test('below what has run already ends it now', async () => {
    const { running: open } = await everything();
    server.clock.pass(12 * 60_000);
    await server.load(cut(10));
    expect(grantOf(open.grant)).toMatchObject({ status: 'ended', endedHow: 'no-longer-allowed' });
    expect(await leasesOf(open.browser)).toEqual([]);
  });
});

describe('case 100: a role goes', () => {
  test('of the engineer: what waits, what was approved and what runs ends, named after whoever took it', async () => {
    const { waiting, approved: ready, running: open } = await everything();
    const { session = '' } = open.view;
    expect(await taking(() => server.admin.changeRoles(ana.id, ['auditor']))).toEqual([
      'person.roles-changed',
      'grant.ended no-longer-allowed',
      'grant.ended no-longer-allowed',
      'request.expired no-longer-allowed',
    ]);
    expect(await leasesOf(open.browser)).toEqual([]);
    expect(requestOf(waiting.request.id)?.lapsedBy).toBe(server.admin.id);
    expect(grantOf(ready.grant)?.endedBy).toBe(server.admin.id);
    const { session: shown } = await call(cleo.send, wire.showSession, { params: { session }, query: {} });
    expect(shown.grant).toMatchObject({ endedHow: 'no-longer-allowed', endedBy: { handle: 'root' } });
    expect(await refusal(ana.ask(waiting.browser, { console: 'vault' }))).toMatch(/engineer role/);
  });

  test('of the approver, between approval and start: the approval does not count', async () => {
    const ready = await approved();
    const open = await running();
    const window = await ana.window(ready.browser, ready.request.id);
    const touch = ana.key.touch(ana.activation(window.shown));
    expect(await taking(() => server.admin.changeRoles(ben.id, ['auditor']))).toEqual([
      'person.roles-changed',
      'grant.ended no-longer-allowed',
    ]);
    expect(await refusal(call(ana.send, wire.activate, { body: { ticket: window.ticket, touch } }))).toMatch(
      /^not_running/,
    );
    expect(await leasesOf(open.browser)).toHaveLength(1);
    // Another approver is asked.
    const again = await ana.ask(ready.browser, { console: 'vault' });
    await cleo.decide(again, 'approve');
    expect((await ana.activate(ready.browser, again.id)).status).toBe('running');
    await server.admin.changeRoles(ben.id, ['approver']);
  });

  test('that nothing rests on: nothing ends', async () => {
    const { waiting, running: open } = await everything();
    expect(await taking(() => server.admin.changeRoles(ana.id, ['engineer', 'auditor']))).toEqual([
      'person.roles-changed',
    ]);
    expect(requestOf(waiting.request.id)?.status).toBe('waiting');
    expect(await leasesOf(open.browser)).toHaveLength(1);
  });
});

describe('case 100: a person or a browser goes', () => {
  test('the request of somebody who was disabled leaves the inbox', async () => {
    const { waiting } = await everything();
    expect(await taking(() => server.admin.disable(ana.id))).toEqual([
      'person.disabled',
      'grant.ended disabled',
      'grant.ended disabled',
      'request.expired disabled',
    ]);
    expect(await inboxOf(ben)).not.toContain(waiting.request.id);
    expect(await refusal(ben.decide(waiting.request, 'approve'))).toMatch(
      /^no_longer_open: The requester was disabled/,
    );
  });

  test('so does that of a browser that was unpaired', async () => {
    const { waiting, running: open } = await everything();
    expect(
      await taking(() => call(ana.send, wire.unpair, { params: { browser: waiting.browser.id }, body: {} })),
    ).toEqual(['browser.ended unpaired', 'request.expired unpaired']);
    expect(await inboxOf(ben)).not.toContain(waiting.request.id);
    expect(await leasesOf(open.browser)).toHaveLength(1);
  });

  test('and one for more time of a session that ended, which is in nobody’s way', async () => {
    const open = await running();
    const more = await ana.ask(open.browser, { console: 'vault', seconds: 900, extends: open.grant });
    expect(await taking(() => ben.revoke(open.grant))).toEqual([
      'grant.ended revoked',
      'request.expired session-ended',
    ]);
    expect(await inboxOf(ben)).not.toContain(more.id);
    expect((await ana.ask(open.browser, { console: 'vault' })).status).toBe('waiting');
  });
});
