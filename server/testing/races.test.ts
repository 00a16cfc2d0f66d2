import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { EntryType } from '#shared/domain/entries.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { verdictOf } from './log-files.ts';
import type { Person } from './person.ts';
import { testPolicy } from './policy.ts';
import { SoftBrowser, commitmentTo, detail } from './soft-browser.ts';
import { SoftKey } from './soft-key.ts';
import { type TestServer, startServer } from './start.ts';

/**
 * Case 93: whatever changes between a handler's look and its write, the log that comes of it verifies. Each operation
 * is carried as far as its write; then something is changed, or the same operation is done whole; then it writes.
 */
let server: TestServer;
let admin: Person;
let turn = 0;
beforeAll(async () => {
  server = await startServer();
  admin = server.admin;
});
afterAll(() => server.remove());

/** Everybody in a race, new for each; those who approve and administrate where they are wanted. */
interface Cast {
  ana: Person;
  browser: SoftBrowser;
  ben: () => Promise<Person>;
  /** Another administrator. */
  bea: () => Promise<Person>;
}

async function cast(): Promise<Cast> {
  server.clock.pass(20_000); // so that nobody has called too often
  await admin.signIn();
  const n = turn++;
  const ana = await server.person(`ana-${n}`, ['engineer']);
  const once = (make: () => Promise<Person>): (() => Promise<Person>) => {
    let made: Promise<Person> | undefined;
    return () => (made ??= make());
  };
  return {
    ana,
    browser: await ana.pair(),
    ben: once(() => server.person(`ben-${n}`, ['approver', 'engineer'])),
    bea: once(() => server.person(`bea-${n}`, ['administrator', 'auditor'])),
  };
}

async function loadPolicy(text: string): Promise<void> {
  const { policy } = server.services;
  if (policy.current.text === text) return;
  const before = policy.current.hash;
  writeFileSync(join(server.folder, 'policy.yaml'), text);
  await expect.poll(() => policy.current.hash, { timeout: 10_000 }).not.toBe(before);
}

/** Sends operations that wait for one another before each one's first write; then `change` is done, and they go on. */
async function race(sends: (() => Promise<unknown>)[], change: () => Promise<unknown>): Promise<string[]> {
  const { log } = server.services;
  const run = log.run.bind(log);
  const changed = Promise.withResolvers<void>();
  let [arrived, ended, isOpen] = [0, 0, false];
  const go = (): void => {
    if (isOpen || arrived + ended < sends.length) return;
    isOpen = true;
    change().then(() => changed.resolve(), changed.reject);
  };
  log.run = async (command) => {
    if (!isOpen) {
      arrived += 1;
      go();
      await changed.promise;
    }
    return run(command);
  };
  const sent = sends.map(async (send) => {
    const outcome = await quietly(send);
    ended += isOpen ? 0 : 1; // refused before it wrote anything
    go();
    return outcome;
  });
  try {
    const outcomes = await Promise.all(sent);
    expect(ended, `of ${sends.length} were refused too early: ${outcomes.join(', ')}`).toBe(0);
    return outcomes;
  } finally {
    log.run = run;
  }
}

/** What a race is about, for the changes to take away. */
interface Ground {
  /** Who does it, and whose key it takes. */
  actor: Person;
  request?: RequestView;
  grant?: string;
  /** It only takes access away, by a touch that can expire. */
  closes?: true;
}
/** An operation, ready to be sent twice, each with a touch of its own. */
interface Ready extends Ground {
  send: () => Promise<() => Promise<unknown>>;
}

const askVault = ({ ana, browser }: Cast) => ana.ask(browser, { console: 'vault' });

async function running(of: Cast): Promise<{ request: RequestView; grant: string; session: string }> {
  const request = await askVault(of);
  await (await of.ben()).decide(request, 'approve');
  const { id: grant, session = '' } = await of.ana.activate(of.browser, request.id);
  return { request, grant, session };
}

const operations: [EntryType, string, (of: Cast) => Promise<Ready>][] = [
  [
    'browser.ended',
    'a browser unpaired',
    async ({ ana, browser }) => ({
      actor: ana,
      send: async () => () => call(ana.send, wire.unpair, { params: { browser: browser.id }, body: {} }),
    }),
  ],
  [
    'person.invited',
    'an invitation',
    async (of) => {
      const bea = await of.bea();
      const handle = `guest-${turn++}`;
      return {
        actor: bea,
        send: async () => {
          const touch = await bea.touch('invitation', {
            handle,
            roles: ['engineer'],
            invitation: someHash(),
          });
          return () => call(bea.send, wire.invite, { body: { touch } });
        },
      };
    },
  ],
  [
    'key.enrolled',
    'an enrolment by invitation',
    async () => {
      const handle = `new-${turn++}`;
      const code = await admin.invite(handle, ['engineer']);
      const { person } = await call(server.stranger().send, wire.openEnrolment, { body: { code } });
      const actor = server.stranger(handle);
      actor.id = person;
      return { actor, send: async () => () => twin(handle).enrol(code) };
    },
  ],
  [
    'key.enrolled',
    'a second key',
    async ({ ana }) => ({
      actor: ana,
      send: async () => {
        const added = new SoftKey(ana.place);
        const made = added.register();
        const addition = await ana.touch('key-addition', { added: added.id });
        const enrolment = await ana.statement('enrolment', { handle: ana.handle, invitation: '' });
        const touch = added.touch({ ...enrolment, credential: added.id });
        return () => call(ana.send, wire.addKey, { body: { ...made, label: 'Key', touch, addition } });
      },
    }),
  ],
  [
    'key.removed',
    'a key removed',
    async ({ ana }) => {
      const { id: removed } = await ana.addKey();
      return {
        actor: ana,
        send: async () => {
          const touch = await ana.touch('key-removal', { removed });
          return () => call(ana.send, wire.removeKey, { body: { touch } });
        },
      };
    },
  ],
  [
    'person.roles-changed',
    'roles changed',
    async (of) => {
      const { ana } = of;
      const bea = await of.bea();
      return {
        actor: bea,
        send: async () => {
          const touch = await bea.touch('role-change', { person: ana.id, roles: ['engineer', 'auditor'] });
          return () => call(bea.send, wire.changeRoles, { body: { touch } });
        },
      };
    },
  ],
  [
    'person.disabled',
    'somebody disabled',
    async (of) => {
      const bea = await of.bea();
      const { grant } = await running(of);
      return {
        actor: bea,
        grant,
        closes: true,
        send: async () => {
          const reason = detail('Left');
          const fields = { person: of.ana.id, reason: commitmentTo(reason) };
          const touch = await bea.touch('disabling', fields);
          return () => call(bea.send, wire.disable, { body: { touch, reason } });
        },
      };
    },
  ],
  [
    'person.reset',
    'somebody reset',
    async (of) => {
      const bea = await of.bea();
      const { grant } = await running(of);
      return {
        actor: bea,
        grant,
        send: async () => {
          const touch = await bea.touch('reset', { person: of.ana.id, invitation: someHash() });
          return () => call(bea.send, wire.reset, { body: { touch } });
        },
      };
    },
  ],
  [
    'request.asked',
    'an ask',
    async ({ ana, browser }) => {
      const body = browser.ask({ console: 'vault' });
      return { actor: ana, send: async () => () => call(browser.send, wire.askRequest, { body }) };
    },
  ],
  [
    'request.asked',
    'an ask for more time',
    async (of) => {
      const { grant } = await running(of);
      const body = of.browser.ask({ console: 'vault', extends: grant });
      return {
        actor: of.ana,
        grant,
        send: async () => () => call(of.browser.send, wire.askRequest, { body }),
      };
    },
  ],
  [
    'request.withdrawn',
    'a withdrawal',
    async (of) => {
      const request = await askVault(of);
      const params = { request: request.id };
      const body = { withdrawal: of.browser.withdrawal(request.id) };
      return {
        actor: of.ana,
        request,
        send: async () => () => call(of.browser.send, wire.withdraw, { params, body }),
      };
    },
  ],
  ...(['approve', 'deny'] as const).map((decision): [EntryType, string, (of: Cast) => Promise<Ready>] => [
    'request.decided',
    `a decision to ${decision}`,
    async (of) => {
      const ben = await of.ben();
      const request = await askVault(of);
      return {
        actor: ben,
        request,
        send: async () => {
          const { statement, reason } = await ben.decision(request, decision);
          const body = { touch: ben.key.touch(statement), ...(reason ? { reason } : {}) };
          return () => call(ben.send, wire.decide, { params: { request: request.id }, body });
        },
      };
    },
  ]),
  [
    'request.decided',
    'more time approved',
    async (of) => {
      const ben = await of.ben();
      const { grant } = await running(of);
      const request = await of.ana.ask(of.browser, { console: 'vault', seconds: 900, extends: grant });
      return {
        actor: ben,
        request,
        grant,
        send: async () => {
          const { statement } = await ben.decision(request, 'approve', {
            until: server.clock.wall() + 2_400_000,
          });
          const body = { touch: ben.key.touch(statement) };
          return () => call(ben.send, wire.decide, { params: { request: request.id }, body });
        },
      };
    },
  ],
  ...(['vault', 'queue'] as const).map((console): [EntryType, string, (of: Cast) => Promise<Ready>] => [
    'session.started',
    console === 'vault' ? 'a start' : 'a self-approved start',
    async (of) => {
      const request = await of.ana.ask(of.browser, { console, seconds: 900 });
      const grant =
        console === 'vault' ? (await (await of.ben()).decide(request, 'approve')).grant?.id : undefined;
      return {
        actor: of.ana,
        request,
        ...(grant === undefined ? {} : { grant }),
        send: async () => {
          const { ticket, shown } = await of.ana.window(of.browser, request.id);
          const touch = of.ana.key.touch(of.ana.activation(shown));
          return () => call(of.ana.send, wire.activate, { body: { ticket, touch } });
        },
      };
    },
  ]),
  [
    'grant.ended',
    'a grant handed back',
    async (of) => {
      const { grant } = await running(of);
      const body = { end: of.browser.end(grant) };
      return {
        actor: of.ana,
        grant,
        send: async () => () => call(of.browser.send, wire.endGrant, { params: { grant }, body }),
      };
    },
  ],
  [
    'grant.ended',
    'a grant revoked',
    async (of) => {
      const ben = await of.ben();
      const { grant } = await running(of);
      return { actor: ben, grant, send: async () => () => ben.revoke(grant) };
    },
  ],
  [
    'actions.recorded',
    'actions',
    async (of) => {
      const { grant, session } = await running(of);
      const at = server.clock.wall() + 5000;
      const body = of.browser.batch([
        { console: 'vault', session, words: 'Purged', at },
        { console: 'vault', words: 'Opened' },
      ]);
      return {
        actor: of.ana,
        grant,
        send: async () => () => call(of.browser.send, wire.recordActions, { body }),
      };
    },
  ],
  [
    'evidence.exported',
    'evidence of somebody else',
    async (of) => {
      const { ana } = of;
      const bea = await of.bea();
      return {
        actor: bea,
        send: async () => () =>
          fetch(`${server.origin}/api/evidence?kind=person&person=${ana.id}`, {
            headers: { cookie: bea.cookie },
          }),
      };
    },
  ],
  [
    'act.proposed',
    'an erasure proposed',
    async (of) => {
      const bea = await of.bea();
      return { actor: bea, send: async () => (await proposal(bea)).send };
    },
  ],
  [
    'act.withdrawn',
    'a proposal withdrawn',
    async (of) => {
      const bea = await of.bea();
      const { act, send } = await proposal(bea);
      await send();
      return {
        actor: bea,
        send: async () => () => call(bea.send, wire.withdrawAct, { params: { act }, body: {} }),
      };
    },
  ],
  [
    'detail.erased',
    'an erasure confirmed',
    async (of) => {
      const bea = await of.bea();
      const { act, fields, send } = await proposal(admin);
      await send();
      return {
        actor: bea,
        send: async () => {
          const touch = await bea.touch('erasure', { act, ...fields });
          return () => call(bea.send, wire.confirmAct, { params: { act }, body: { touch } });
        },
      };
    },
  ],
  // Last, because its link lives for minutes only.
  [
    'browser.paired',
    'one pairing confirmed',
    async ({ ana }) => {
      const browser = new SoftBrowser(server.origin);
      const { ticket } = await call(ana.send, wire.openPairing, { body: {} });
      const code = await browser.claim(ticket);
      const send = async () => {
        const fields = { browserKey: browser.publicKey, code, label: 'Chromium on Linux' };
        const touch = await ana.touch('pairing', fields);
        return () => call(ana.send, wire.confirmPairing, { body: { ticket, touch } });
      };
      return { actor: ana, send };
    },
  ],
];

const someHash = (): string => commitmentTo(detail(newId()));
/** Somebody else with the same invitation in hand. */
const twin = (handle: string): Person => server.stranger(handle);

async function proposal(by: Person) {
  const reason = detail('A password in a justification');
  const act = newId();
  const entries = [server.services.log.size - 1];
  const fields = { entries, reason: commitmentTo(reason) };
  const touch = await by.touch('erasure', { act, ...fields });
  return { act, fields, send: () => call(by.send, wire.proposeAct, { body: { touch, reason } }) };
}

const otherPolicy = testPolicy.replace("decides: ['role:approver']", 'decides: [cleo]');
const withoutVault = testPolicy
  .replace(/ {2}vault:\n(?: {4}.*\n)+/, '')
  .replace(/ {2}- name: vault-decided\n(?: {4}.*\n)+/, '');

/** What happens between look and write, besides the same operation; undefined where it does not apply. */
const changes: [string, (of: Cast, ground: Ground) => (() => Promise<unknown>) | undefined][] = [
  [
    'who does it is disabled',
    (_, { actor }) =>
      () =>
        admin.disable(actor.id),
  ],
  [
    'who does it is reset',
    (_, { actor }) =>
      () =>
        admin.reset(actor.id),
  ],
  [
    'who does it loses every role',
    (_, { actor }) =>
      () =>
        admin.changeRoles(actor.id, ['auditor']),
  ],
  [
    'their key is removed',
    (_, { actor }) =>
      async () => {
        const first = actor.key;
        actor.key = await actor.addKey();
        const touch = await actor.touch('key-removal', { removed: first.id });
        await call(actor.send, wire.removeKey, { body: { touch } });
        actor.key = first;
      },
  ],
  [
    'the requester is disabled',
    ({ ana }, { request, grant, actor }) =>
      (request ?? grant) && actor !== ana ? () => admin.disable(ana.id) : undefined,
  ],
  ['the grant is revoked', (_, { grant }) => (grant === undefined ? undefined : () => admin.revoke(grant))],
  [
    'the browser is unpaired',
    ({ browser }) =>
      () =>
        call(admin.send, wire.unpair, { params: { browser: browser.id }, body: {} }),
  ],
  [
    'the request is withdrawn',
    ({ browser }, { request }) =>
      request?.status === 'waiting'
        ? () =>
            call(browser.send, wire.withdraw, {
              params: { request: request.id },
              body: { withdrawal: browser.withdrawal(request.id) },
            })
        : undefined,
  ],
  // Not where that would be an alarm: what only closes is written late as well.
  ['time passes', (_, { closes }) => (closes ? undefined : async () => server.clock.pass(1_900_000))],
];

/** What was changed may itself be refused, where the ground is gone; what was raced may not fail otherwise. */
async function quietly(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'done';
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'internal') return error.code;
    throw error;
  }
}

/** How each race ended, for whoever looks into an entry that does not hold. */
const told: Record<string, string> = {};

test.each(operations)(
  '%s, %s, twice at once or with its ground taken away: done or refused (case 93)',
  async (type, name, prepare) => {
    const tell = (what: string, outcome = '') => void (told[`${name}, ${what}`] = outcome);
    const alone = await (await prepare(await cast())).send();
    const { size } = server.services.log;
    await alone();
    expect(server.entries(size).map((entry) => entry.type)).toContain(type);

    const doubled = await prepare(await cast());
    const [one, other] = [await doubled.send(), await doubled.send()];
    tell('twice in one group', (await Promise.all([quietly(one), quietly(other)])).join(', '));
    const overtaken = await prepare(await cast());
    const [late, early] = [await overtaken.send(), await overtaken.send()];
    tell('after the same', ...(await race([late], () => quietly(early))));

    for (const [what, make] of changes) {
      const of = await cast();
      const ready = await prepare(of);
      const change = make(of, ready);
      if (!change) continue;
      tell(what, ...(await race([await ready.send()], change)));
    }
  },
  120_000,
);

test.each([
  ['the policy changes', otherPolicy],
  ['the console is dropped', withoutVault],
])(
  'every operation is done or refused where %s before it writes (case 93)',
  async (what, policy) => {
    const ready: Ready[] = [];
    for (const [, , prepare] of operations) ready.push(await prepare(await cast()));
    const sends: (() => Promise<unknown>)[] = [];
    for (const { send } of ready) sends.push(await send());
    const outcomes = await race(sends, () => loadPolicy(policy));
    await loadPolicy(testPolicy);
    for (const [n, [, name]] of operations.entries()) told[`${name}, ${what}`] = outcomes[n] ?? '';
  },
  120_000,
);

test('the log of all these races verifies (case 93)', async () => {
  expect(server.services.log.doubts).toEqual([]);
  const verdict = await verdictOf(server);
  expect(verdict, JSON.stringify({ verdict, told }, null, 1)).toMatchObject({ state: 'ok' });
}, 120_000);
