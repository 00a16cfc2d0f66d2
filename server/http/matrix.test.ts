import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { type Role, role } from '#shared/domain/primitives.ts';
import type { Send } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Auth } from '#shared/wire/route.ts';
import { buildApp } from '../app.ts';
import type { Person } from '../testing/person.ts';
import { SoftBrowser, detail } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

// Case 12: every route × role × owner. The routes come from `wire`, so a new one is in the matrix by being there.

let server: TestServer;
let ana: Person;
let anasBrowser: SoftBrowser;
let beasBrowser: SoftBrowser;
const people = new Map<Role, Person>();
/** Things of ana's. */
let own: { request: string; waiting: string; grant: string; session: string; browser: string };

beforeAll(async () => {
  server = await startServer();
  for (const name of role.options) people.set(name, await server.person(`only-${name}`, [name]));
  ana = await server.person('ana', ['engineer']);
  anasBrowser = await ana.pair();
  beasBrowser = await (people.get('engineer') ?? ana).pair();
  const request = await ana.ask(anasBrowser, { console: 'queue', seconds: 900 });
  const grant = await ana.activate(anasBrowser, request.id);
  const waiting = await ana.ask(anasBrowser, { console: 'vault', seconds: 900 });
  own = {
    request: request.id,
    waiting: waiting.id,
    grant: grant.id,
    session: grant.session ?? '',
    browser: anasBrowser.id,
  };
});
afterAll(() => server.remove());

const routes = Object.entries(wire);
type Wire = (typeof wire)[keyof typeof wire];
const rolesOf = (route: Wire): readonly Role[] => ('roles' in route && route.roles) || role.options;

async function status(send: Send, route: Wire, ids: Record<string, string> = {}, body: object = {}) {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? newId());
  const answer = await send({ method: route.method, path, body: JSON.stringify(body) });
  return { ...answer, code: (JSON.parse(answer.text) as { error?: { code: string } }).error?.code };
}

describe('case 12: by default no', () => {
  test('these routes and no others are open to anybody', () => {
    const open = routes.filter(([, { auth }]) => auth === ('anybody' satisfies Auth)).map(([name]) => name);
    expect(open.sort()).toEqual(
      [
        'about',
        'activate',
        'claimPairing',
        'enrol',
        'nonce',
        'openEnrolment',
        'prepareSignIn',
        'release',
        'showActivation',
        'succession', // authorizes itself: signed in, or a browser that is or was paired
        'signIn',
      ].sort(),
    );
  });

  test('these routes are for these roles, and the rest for everybody who is signed in', () => {
    const narrow: Record<string, string[]> = {};
    for (const [name, route] of routes)
      if ('roles' in route && route.roles) (narrow[[...route.roles].sort().join(' ')] ??= []).push(name);
    for (const names of Object.values(narrow)) names.sort();
    expect(narrow).toEqual({
      administrator: [
        'changeRoles',
        'confirmAct',
        'disable',
        'endSignInsOf',
        'erasable',
        'invite',
        'listBrowsers',
        'proposeAct',
        'recover',
        'releaseBrowser',
        'reset',
        'showRecovery',
        'withdrawAct',
      ],
      'administrator approver': ['revoke'],
      'administrator approver auditor': ['listPeople', 'live'],
      'administrator auditor': ['listActs', 'listEntries', 'logKeys'],
      approver: ['decide'],
    });
  });

  test('every API route of the server is in this matrix, or a stream', () => {
    const served = buildApp(server.services)
      .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/') && path !== '/api/*')
      .map(({ method, path }) => `${method} ${path}`);
    const others = [
      'GET /api/browser/stream',
      'GET /api/evidence',
      'GET /api/openapi.json',
      'GET /api/reference.js',
      'GET /api/stream',
    ];
    expect([...new Set(served)].sort()).toEqual(
      [...routes.map(([, { method, path }]) => `${method} ${path}`), ...others].sort(),
    );
  });

  describe.each(routes)('%s', (_, route) => {
    test('nobody', async () => {
      const { status: said } = await status(server.stranger().send, route);
      if (route.auth === 'anybody') expect(said).not.toBe(500);
      else expect(said).toBe(401);
    });

    test.each(role.options)('somebody who is %s only', async (name) => {
      const person = people.get(name);
      if (!person) throw new Error('no such person');
      // Signing out is allowed, and would end the matrix here.
      if (route === wire.signOut) return;
      const { status: said, code } = await status(person.send, route);
      if (route.auth === 'browser') expect(said).toBe(401);
      else if (route.auth === 'person' && !rolesOf(route).includes(name)) expect(code).toBe('forbidden');
      else expect([200, 400, 403, 404, 409]).toContain(said);
    });

    test('a browser that is not paired', async () => {
      const { status: said } = await status(new SoftBrowser(server.origin).send, route);
      if (route.auth === 'browser') expect(said).toBe(401);
      if (route.auth === 'person') expect([401, 403]).toContain(said);
    });

    test('a paired browser', async () => {
      const { status: said } = await status(beasBrowser.send, route);
      if (route.auth === 'person') expect([401, 403]).toContain(said);
      else expect([200, 400, 401, 403, 404]).toContain(said);
    });

    test("a browser that says it is another's", async () => {
      if (route.auth !== 'browser') return;
      const thief = new SoftBrowser(server.origin);
      thief.id = anasBrowser.id;
      expect((await status(thief.send, route)).code).toBe('proof_invalid');
    });
  });
});

describe("case 13: somebody else's id looks the same as one that does not exist", () => {
  const end = (b: SoftBrowser) => (ids: Record<string, string>) => ({ end: b.end(ids['grant'] ?? '') });
  const withdrawal = (b: SoftBrowser) => (ids: Record<string, string>) => ({
    withdrawal: b.withdrawal(ids['request'] ?? ''),
  });
  const nothing = () => ({});
  type Try = [
    name: keyof typeof wire,
    of: () => Record<string, string>,
    body: () => (ids: Record<string, string>) => object,
  ];

  const byPerson: Try[] = [
    ['showRequest', () => ({ request: own.waiting }), () => nothing],
    ['showRequest', () => ({ request: own.request }), () => nothing],
    ['showSession', () => ({ session: own.session }), () => nothing],
    ['unpair', () => ({ browser: own.browser }), () => nothing],
  ];
  const byBrowser: Try[] = [
    ['withdraw', () => ({ request: own.waiting }), () => withdrawal(beasBrowser)],
    ['openActivation', () => ({ request: own.waiting }), () => nothing],
    ['openActivation', () => ({ request: own.request }), () => nothing],
    ['endGrant', () => ({ grant: own.grant }), () => end(beasBrowser)],
  ];

  async function sameAsUnknown(send: Send, [name, of, body]: Try): Promise<void> {
    const ids = of();
    const unknown = Object.fromEntries(Object.keys(ids).map((key) => [key, newId()]));
    const before = server.stateHash();
    const [theirs, none] = [
      await status(send, wire[name], ids, body()(ids)),
      await status(send, wire[name], unknown, body()(unknown)),
    ];
    expect(theirs).toEqual(none);
    expect(theirs.status).toBe(404);
    expect(server.stateHash()).toBe(before);
  }

  test.each(byPerson)('to another engineer: %s', (...each) =>
    sameAsUnknown((people.get('engineer') ?? ana).send, each),
  );
  test.each(byBrowser)("to another's browser: %s", (...each) => sameAsUnknown(beasBrowser.send, each));

  test('a grant to extend', async () => {
    const codes: (string | undefined)[] = [];
    for (const grant of [own.grant, newId()]) {
      const body = beasBrowser.ask({ console: 'queue', seconds: 900, extends: grant });
      codes.push((await status(beasBrowser.send, wire.askRequest, {}, body)).code);
    }
    expect(codes).toEqual(['not_found', 'not_found']);
  });

  test('a session in a batch (case 50)', async () => {
    for (const session of [own.session, newId()]) {
      await beasBrowser.deliver(beasBrowser.batch([{ console: 'queue', words: 'Opened a page', session }]));
      expect(server.entries().at(-1)).toMatchObject({ type: 'actions.recorded', body: { violations: [0] } });
    }
  });

  test("heartbeats do not acknowledge somebody else's grant", async () => {
    await beasBrowser.renew([own.grant]);
    expect(server.services.heartbeats.hasShut(own.grant)).toBe(false);
  });
});

describe('case 15: a body that says more than the route takes', () => {
  const extra = { status: 'approved', approver: 'AAAAAAAAAAAAAAAAAAAAAA', until: 4102444800000 };
  const bodies: Partial<Record<keyof typeof wire, () => object>> = {
    askRequest: () => anasBrowser.ask({ console: 'vault' }),
    revoke: () => ({ reason: detail('Enough') }),
    prepareStatement: () => ({}),
    openPairing: () => ({}),
    openActivation: () => ({}),
    renewLeases: () => ({ nonce: newId(), shut: [] }),
  };
  const strict = routes.filter(([, route]) => 'body' in route);

  test.each(strict)('%s refuses it', async (name, route) => {
    const body = { ...bodies[name as keyof typeof wire]?.(), ...extra };
    const send = route.auth === 'browser' ? anasBrowser.send : server.admin.send;
    await server.appends([], async () => {
      const { status: said, text } = await status(send, route, {}, body);
      expect(said, text).toBe(400);
    });
  });

  test('so does the signed ask', async () => {
    const made = anasBrowser.ask({ console: 'vault', ...(extra as object) });
    await server.appends([], async () =>
      expect((await status(anasBrowser.send, wire.askRequest, {}, made)).code).toBe('invalid_input'),
    );
  });
});
