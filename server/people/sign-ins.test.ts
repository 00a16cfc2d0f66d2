import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { ended } from '#shared/wire/stream.ts';
import { Person, fromDraft } from '../testing/person.ts';
import { detail, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';
const hour = 3_600_000;

let server: TestServer;
let ana: Person;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
let people = 0;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  ana = await server.person(`ana-${people++}`, ['engineer', 'approver']);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
  vi.restoreAllMocks();
  server.clock.pass(60_000);
});

/** The same person with the same key in another browser. */
async function elsewhere(person: Person): Promise<Person> {
  const other = new Person(person.place, person.handle);
  other.id = person.id;
  other.key = person.key;
  await other.signIn();
  return other;
}
/** A page of the companion that stands open. */
async function page(person: Person): Promise<WebSocket> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/stream`, {
    headers: { cookie: person.cookie, origin: server.origin },
  });
  sockets.push(socket);
  await once(socket, 'message');
  return socket;
}
const closed = async (socket: WebSocket): Promise<unknown> => (await once(socket, 'close'))[0];
/** A touch as for a sign-in: who it is, again. */
async function again({ key, send }: Person) {
  return key.touch({ type: 'sign-in', ...fromDraft(await call(send, wire.prepareStatement, { body: {} })) });
}
const list = async (person: Person) => (await call(person.send, wire.listSignIns, {})).signIns;
const isOnline = async (person: Person) =>
  (await call(server.admin.send, wire.listPeople, {})).people.find(({ id }) => id === person.id)?.online;
const isSignedIn = async (person: Person): Promise<boolean> =>
  (await refused(call(person.send, wire.me, {})).catch(() => 'signed in')) === 'signed in';

describe('signing out', () => {
  test('closes what is open under this sign-in at once, and the person is there no more', async () => {
    const open = await page(ana);
    expect(await isOnline(ana)).toBe(true);
    const end = closed(open);
    await call(ana.send, wire.signOut, { body: {} });
    expect(server.services.hub.online(ana.id)).toBe(false);
    expect(await end).toBe(ended.code);
    expect(await isSignedIn(ana)).toBe(false);
  });

  test('leaves the sign-in of another browser alone', async () => {
    const other = await elsewhere(ana);
    const open = await page(other);
    await call(ana.send, wire.signOut, { body: {} });
    expect(await isSignedIn(other)).toBe(true);
    expect(open.readyState).toBe(WebSocket.OPEN);
    expect(await isOnline(ana)).toBe(true);
  });

  test('empties the cache, and no cookie or storage of others', async () => {
    const answer = await fetch(server.origin + wire.signOut.path, {
      method: 'POST',
      headers: { cookie: ana.cookie, origin: server.origin, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.headers.get('clear-site-data')).toBe('"cache"');
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-countersign=; Max-Age=0; Path=\/; Secure$/);
  });

  test('a stream that was on its way then does not open', async () => {
    const { signIns } = server.services;
    const find = vi.spyOn(signIns, 'find');
    // Signed in when it asked, signed out when it opens.
    find.mockImplementationOnce((hash) => {
      const [row] = signIns.of(ana.id);
      signIns.end(hash);
      return row;
    });
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/stream`, {
      headers: { cookie: ana.cookie, origin: server.origin },
    });
    sockets.push(socket);
    expect(await closed(socket)).toBe(ended.code);
    expect(server.services.hub.online(ana.id)).toBe(false);
  });
});

describe('a new sign-in', () => {
  test('in the same browser replaces the one before, with what is open under it', async () => {
    const before = new Person(ana.place, ana.handle);
    before.cookie = ana.cookie;
    const end = closed(await page(ana));
    await ana.signIn();
    expect(await end).toBe(ended.code);
    expect(await isSignedIn(before)).toBe(false);
    expect(await list(ana)).toHaveLength(1);
  });

  test('leaves the one before where the disk refuses it', async () => {
    vi.spyOn(server.services.signIns, 'start').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    expect(await refused(ana.signIn())).toBe('internal');
    expect(await isSignedIn(ana)).toBe(true);
  });

  test('also where another person signs in there', async () => {
    const bea = await server.person(`bea-${people}`, ['engineer']);
    const before = new Person(ana.place, ana.handle);
    before.cookie = bea.cookie = ana.cookie;
    await bea.signIn();
    expect(await isSignedIn(before)).toBe(false);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test('in another browser stands beside it; the twenty-first ends the one used least recently', async () => {
    for (let n = 0; n < 19; n += 1) {
      server.clock.pass(1000);
      await elsewhere(ana);
    }
    expect(await isSignedIn(ana)).toBe(true);
    server.clock.pass(1000);
    const last = await elsewhere(ana);
    expect(await isSignedIn(ana)).toBe(false);
    expect(await list(last)).toHaveLength(20);
  });
});

describe('time', () => {
  test.each([
    ['idle for two hours', 2 * hour, 0],
    ['twelve hours old, however much it is used', hour, 11],
  ])('%s it is over, and the page that stands open is closed', async (_, step, more) => {
    vi.useFakeTimers({ toFake: ['setInterval'], shouldAdvanceTime: false });
    try {
      const end = closed(await page(ana));
      for (let n = 0; n < more; n += 1) {
        server.clock.pass(step);
        expect(await isSignedIn(ana)).toBe(true);
      }
      server.clock.pass(step);
      expect(await isSignedIn(ana)).toBe(false);
      const { startExpiry } = await import('./signing-in.ts');
      const stop = startExpiry(server.services);
      vi.advanceTimersByTime(31_000);
      stop();
      expect(await end).toBe(ended.code);
      expect(server.services.hub.online(ana.id)).toBe(false);
    } finally {
      vi.useRealTimers();
      await server.admin.signIn();
    }
  });
});

describe("one's own sign-ins", () => {
  test('are listed: where, since when, when last, with which key', async () => {
    server.clock.pass(5 * 60_000);
    const answer = await fetch(server.origin + wire.signIn.path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': firefox,
        'x-forwarded-for': '192.0.2.44',
      },
      body: JSON.stringify({ touch: await again(ana) }),
    });
    expect(answer.status).toBe(200);
    server.clock.pass(61_000);
    const found = await list(ana);
    expect(found).toMatchObject([
      { current: true, credential: ana.key.id },
      { current: false, agent: 'Firefox on Linux', address: '192.0.2.44', credential: ana.key.id },
    ]);
    expect(found[1]!.created - found[0]!.created).toBeGreaterThanOrEqual(5 * 60_000);
    expect(found[0]!.expires - found[0]!.created).toBe(12 * hour);
    expect(JSON.stringify(found)).not.toContain(ana.cookie.split('=')[1]);
  });

  test('one of them ends with a touch, and what is open under it', async () => {
    const other = await elsewhere(ana);
    const end = closed(await page(other));
    const [signIn] = (await list(ana)).filter(({ current }) => !current);
    const left = await call(ana.send, wire.endSignIn, {
      params: { signIn: signIn?.id ?? '' },
      body: { touch: await again(ana) },
    });
    expect(left.signIns).toMatchObject([{ current: true }]);
    expect(await end).toBe(ended.code);
    expect([await isSignedIn(ana), await isSignedIn(other)]).toEqual([true, false]);
  });

  test('all others end at once', async () => {
    const others = [await elsewhere(ana), await elsewhere(ana)];
    await call(ana.send, wire.endOtherSignIns, { body: { touch: await again(ana) } });
    for (const other of others) expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(ana)).toBe(true);
  });

  test('a cookie alone ends none, nor does the touch of somebody else', async () => {
    const bea = await server.person(`bea-${people}`, ['engineer']);
    const other = await elsewhere(ana);
    const send = (touch: object) =>
      ana.send({
        method: 'POST',
        path: wire.endOtherSignIns.path,
        body: JSON.stringify({ touch }),
      });
    expect((await send({})).status).toBe(400);
    expect((await send(await again(bea))).status).toBe(401);
    const used = await again(ana);
    await call(ana.send, wire.endOtherSignIns, { body: { touch: used } });
    expect(await isSignedIn(other)).toBe(false);
    await other.signIn();
    expect((await send(used)).status).toBe(403);
    expect(await isSignedIn(other)).toBe(true);
  });

  test("case 13: somebody else's looks the same as one that does not exist", async () => {
    const bea = await server.person(`bea-${people}`, ['engineer']);
    const [hers] = await list(bea);
    for (const signIn of [hers?.id ?? '', 'AAAAAAAAAAAAAAAAAAAAAA'])
      expect(
        await refused(
          call(ana.send, wire.endSignIn, { params: { signIn }, body: { touch: await again(ana) } }),
        ),
      ).toBe('not_found');
    expect(await isSignedIn(bea)).toBe(true);
  });
});

describe('ended by others', () => {
  const endAll = (by: Person) => call(by.send, wire.endSignInsOf, { params: { person: ana.id }, body: {} });

  test('an administrator ends all sign-ins of somebody; their browsers and grants stay', async () => {
    const browser = await ana.pair();
    const open = await page(await elsewhere(ana));
    const end = closed(open);
    await server.appends([], () => endAll(server.admin));
    expect(await end).toBe(ended.code);
    expect(await isSignedIn(ana)).toBe(false);
    expect((await call(browser.send, wire.browserState, {})).person.handle).toBe(ana.handle);
    expect(await refused(endAll(await server.person(`eve-${people}`, ['approver'])))).toBe('forbidden');
  });

  test('a key that is removed takes the sign-ins with it that it made', async () => {
    const second = await ana.addKey();
    const other = await elsewhere(ana);
    const lost = ana.key;
    ana.key = second;
    await ana.signIn();
    const end = closed(await page(other));
    await call(ana.send, wire.removeKey, {
      body: { touch: await ana.touch('key-removal', { removed: lost.id }) },
    });
    expect(await end).toBe(ended.code);
    expect([await isSignedIn(ana), await isSignedIn(other)]).toEqual([true, false]);
  });

  test('disabling and resetting end all', async () => {
    const other = await elsewhere(ana);
    const end = closed(await page(other));
    await server.admin.disable(ana.id);
    await end;
    expect(server.services.signIns.of(ana.id)).toEqual([]);
  });
});

describe("the server's own log (ASVS 16.3)", () => {
  type Line = { event?: string } & Record<string, unknown>;
  /** What was said while this ran. */
  async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
    const lines: Line[] = [];
    const { logger } = server.services;
    for (const level of ['info', 'warn'] as const)
      vi.spyOn(logger, level).mockImplementation((line: unknown) => void lines.push(line as Line));
    await work();
    await new Promise((resolve) => setImmediate(resolve));
    return lines;
  }

  test('says who signed in, from where, and who signed out', async () => {
    const lines = await linesOf(async () => {
      await ana.signIn();
      await call(ana.send, wire.signOut, { body: {} });
    });
    expect(lines).toMatchObject([
      { event: 'session_ended', how: 'replaced', person: ana.id },
      { event: 'authn_login_success', person: ana.id, key: ana.key.id, address: '127.0.0.1' },
      { event: 'session_ended', how: 'signed-out', person: ana.id },
    ]);
    expect(lines[1]?.['signIn']).toBe(lines[2]?.['signIn']);
  });

  test('says which sign-ins failed, and names nobody by a key that did not sign', async () => {
    const stranger = server.stranger().key;
    const draft = fromDraft(await call(ana.send, wire.prepareSignIn, { body: {} }));
    const touch = { ...stranger.touch({ type: 'sign-in', ...draft }), credential: ana.key.id };
    const lines = await linesOf(() => refused(call(ana.send, wire.signIn, { body: { touch } })));
    expect(lines).toMatchObject([{ event: 'authn_login_fail', code: 'touch_invalid', address: '127.0.0.1' }]);
    expect(JSON.stringify(lines)).not.toContain(ana.id);
  });

  test('says who reached for what they may not have', async () => {
    const engineer = await server.person(`eng-${people}`, ['engineer']);
    const lines = await linesOf(async () => {
      await refused(call(engineer.send, wire.listPeople, {}));
      await refused(call(engineer.send, wire.showRequest, { params: { request: 'AAAAAAAAAAAAAAAAAAAAAA' } }));
      await fetch(`${server.origin}/api/evidence?kind=all`, { headers: { cookie: engineer.cookie } });
      await fetch(`${server.origin}${wire.me.path}`, {
        headers: { cookie: engineer.cookie, 'sec-fetch-site': 'cross-site' },
      });
    });
    const person = engineer.id;
    expect(lines).toMatchObject([
      { event: 'authz_fail', code: 'forbidden', person, method: 'GET', path: wire.listPeople.path },
      { event: 'authz_fail', code: 'not_found', person },
      { event: 'authz_fail', code: 'forbidden', person, path: '/api/evidence' },
      { event: 'malicious_cors', code: 'wrong_origin' },
    ]);
  });

  test('has no cookie, code or body in it', async () => {
    const lines = await linesOf(async () => {
      const before = ana.cookie;
      await ana.signIn();
      await refused(server.admin.invite(ana.handle, ['engineer']));
      await refused(ana.revoke('AAAAAAAAAAAAAAAAAAAAAA', 'hunter2 is the reason'));
      await fetch(`${server.origin}/api/browser/state?x=hunter2`, {
        headers: { 'countersign-browser': 'A'.repeat(22), 'countersign-proof': 'hunter2.b.c' },
      });
      ana.cookie ||= before;
    });
    const text = JSON.stringify(lines);
    expect(lines.length).toBeGreaterThan(2);
    expect(text).not.toContain(ana.cookie.split('=')[1]);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(detail('x').salt);
  });

  test('a flood of refusals is no flood of lines', async () => {
    const engineer = await server.person(`eng-${people}`, ['engineer']);
    const lines = await linesOf(() =>
      Promise.all(Array.from({ length: 50 }, () => refused(call(engineer.send, wire.listPeople, {})))).then(
        () =>
          Promise.all(Array.from({ length: 50 }, () => refused(call(engineer.send, wire.listPeople, {})))),
      ),
    );
    expect(lines.length).toBe(60);
  });
});
