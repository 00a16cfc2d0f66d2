import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { newId } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { protocol, protocolHeader } from '#shared/wire/protocol.ts';
import type { Person } from '../testing/person.ts';
import { SoftBrowser, detail, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let admin: Person;
let ana: Person;
let browser: SoftBrowser;
beforeAll(async () => {
  server = await startServer();
  ({ admin } = server);
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
});
afterAll(() => server.remove());

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '');

async function answer(path: string, init: RequestInit = {}) {
  const got = await fetch(server.origin + path, init);
  const text = await got.text();
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return { status: got.status, code, text, headers: got.headers };
}

describe('case 11: a cookie counts only on our own pages', () => {
  const posts = Object.values(wire).filter(({ method, auth }) => method === 'POST' && auth === 'person');
  const right = (): Record<string, string> => ({
    cookie: admin.cookie,
    origin: server.origin,
    'content-type': 'application/json',
  });
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(right()).filter(([key]) => key !== name));
  const wrong: [string, () => Record<string, string>][] = [
    ['another site', () => ({ ...right(), origin: 'https://evil.example' })],
    ['another port of the same host', () => ({ ...right(), origin: 'http://localhost:1' })],
    ['no origin', () => without('origin')],
    ['a sandboxed frame', () => ({ ...right(), origin: 'null' })],
    ['no content type', () => without('content-type')],
    ['text/plain', () => ({ ...right(), 'content-type': 'text/plain' })],
    ['a form', () => ({ ...right(), 'content-type': 'application/x-www-form-urlencoded' })],
    ['multipart', () => ({ ...right(), 'content-type': 'multipart/form-data; boundary=x' })],
    ['a type that only looks like JSON', () => ({ ...right(), 'content-type': 'application/jsonp' })],
    ['Sec-Fetch-Site cross-site', () => ({ ...right(), 'sec-fetch-site': 'cross-site' })],
    ['Sec-Fetch-Site same-site', () => ({ ...right(), 'sec-fetch-site': 'same-site' })],
  ];

  test.each(wrong)('every POST refuses %s', async (_, headers) => {
    await server.appends([], async () => {
      for (const { path } of posts) {
        const body = new Blob(['{}']); // a Blob without a type, so that fetch adds no content type by itself
        const { status, code } = await answer(path.replace(/:\w+/g, newId), {
          method: 'POST',
          headers: headers(),
          body,
        });
        expect([status, code], path).toEqual([403, 'wrong_origin']);
      }
    });
  });

  test('the same call from our own page works', async () => {
    const init = { method: 'POST', headers: { ...right(), 'sec-fetch-site': 'same-origin' }, body: '{}' };
    expect((await answer(wire.prepareStatement.path, init)).status).toBe(200);
  });

  test('reading from another site is refused, too', async () => {
    const headers = { cookie: admin.cookie, 'sec-fetch-site': 'cross-site' };
    expect((await answer(wire.me.path, { headers })).code).toBe('wrong_origin');
  });

  test('no answer may be read across origins', async () => {
    const { headers } = await answer(wire.about.path, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('headers', () => {
  test.each(['/', '/api', '/api/about', '/api/me', '/api/nothing', '/log/checkpoint', '/healthz', '/setup'])(
    'case 42: %s may not be framed',
    async (path) => {
      const { headers } = await answer(path);
      expect(headers.get('content-security-policy')).toMatch(/(^|; )frame-ancestors 'none'(;|$)/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  test('answers of the API are not kept by caches', async () => {
    for (const path of ['/api/about', '/api/me', '/api/nothing'])
      expect((await answer(path)).headers.get('cache-control'), path).toBe('no-store');
  });
});

describe('addresses', () => {
  test('outside the built pages nothing is served', async () => {
    const [host, port] = [server.origin.split(':')[1]?.slice(2) ?? '', Number(server.origin.split(':')[2])];
    for (const path of [
      '/../../../package.json',
      '/..%2f..%2f..%2fpackage.json',
      '/assets/../../../../package.json',
    ]) {
      // fetch would tidy the address up, so this speaks HTTP by hand.
      const socket = connect({ host, port });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      expect(text).not.toContain('devDependencies');
    }
  });

  test('one that is not UTF-8 is refused and is no failure', async () => {
    for (const path of ['/%E0%A4%A', '/api/requests/%E0%A4%A', '/log/tile/%ff'])
      expect((await answer(path, { headers: { cookie: admin.cookie } })).status, path).toBeLessThan(500);
  });
});

describe('a proof by the browser key', () => {
  const of = { method: 'GET', path: wire.browserState.path, body: '' };
  const get = (proof: string, id = browser.id, path = of.path) =>
    answer(path, {
      headers: {
        'countersign-browser': id,
        'countersign-proof': proof,
        [protocolHeader]: String(protocol),
      },
    });

  test('works once', async () => {
    await browser.nonce();
    const proof = browser.proof(of);
    expect((await get(proof)).status).toBe(200);
    expect((await get(proof)).code).toBe('proof_invalid');
  });

  test('is for one method, path, query, body and browser', async () => {
    await browser.nonce();
    const other = await ana.pair();
    const wrong = [
      { method: 'POST' },
      { path: `${of.path}?x=1` },
      { path: '/api/browser/consoles/queue/offers' },
      { body: '{}' },
      { browser: other.id },
    ];
    for (const alter of wrong)
      expect((await get(browser.proof(of, alter))).code, JSON.stringify(alter)).toBe('proof_invalid');
    expect((await get(browser.proof(of), other.id)).code).toBe('proof_invalid');
    expect((await get(browser.proof(of), browser.id, `${of.path}?x=1`)).code).toBe('proof_invalid');
  });

  test('of a form that no client makes is refused', async () => {
    await browser.nonce();
    const good = browser.proof(of);
    const [nonce = '', jti = '', signature = ''] = good.split('.');
    for (const proof of [
      '',
      '.',
      '..',
      good.slice(0, -1),
      `${good}.x`,
      `${nonce}.${jti}.`,
      `.${jti}.${signature}`,
      `${nonce}..${signature}`,
    ])
      expect((await get(proof)).status, proof).toBe(401);
  });

  test('with a nonce older than two minutes is told the new one, and the client tries again by itself', async () => {
    await browser.nonce();
    const proof = browser.proof(of);
    server.clock.pass(121_000);
    const stale = await get(proof);
    expect([stale.status, stale.code]).toEqual([401, 'proof_stale']);
    expect(stale.headers.get('countersign-nonce')).toBe((await call(browser.send, wire.nonce, {})).nonce);
    expect((await call(browser.send, wire.browserState, {})).person.handle).toBe('ana');
  });

  test('of a browser whose pairing ended is refused', async () => {
    const gone = await ana.pair();
    await server.appends(['browser.ended'], () =>
      call(ana.send, wire.unpair, { params: { browser: gone.id }, body: {} }),
    );
    expect(await refused(call(gone.send, wire.browserState, {}))).toBe('browser_unknown');
  });
});

describe('pairing', () => {
  test('a ticket is claimed once, and only whoever opened it may confirm', async () => {
    const { ticket } = await call(ana.send, wire.openPairing, { body: {} });
    const first = new SoftBrowser(server.origin);
    const code = await first.claim(ticket);
    await server.appends([], async () => {
      expect(await refused(new SoftBrowser(server.origin).claim(ticket))).toBe('link_unknown');
      expect(await refused(call(first.send, wire.browserState, {}))).toBe('browser_unknown');
    });
    const fields = { browserKey: first.publicKey, code, label: 'Chromium on Linux' };
    const byAdmin = await admin.touch('pairing', fields);
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(call(admin.send, wire.confirmPairing, { body: { ticket, touch: byAdmin } }))).toBe(
        'not_found',
      ),
    );
    for (const other of [{ browserKey: browser.publicKey }, { code: '0000-0000' }, { label: 'Firefox' }]) {
      const touch = await ana.touch('pairing', { ...fields, ...other });
      expect(await refused(call(ana.send, wire.confirmPairing, { body: { ticket, touch } }))).toBe(
        'statement_mismatch',
      );
    }
    const touch = await ana.touch('pairing', fields);
    await server.appends(['browser.paired'], () =>
      call(ana.send, wire.confirmPairing, { body: { ticket, touch } }),
    );
    expect((await call(first.send, wire.browserState, {})).person.handle).toBe('ana');
  });

  test('a ticket ends after five minutes', async () => {
    const { ticket } = await call(ana.send, wire.openPairing, { body: {} });
    server.clock.pass(300_001);
    expect(await refused(new SoftBrowser(server.origin).claim(ticket))).toBe('link_unknown');
  });

  test('a claim signed by another key is refused', async () => {
    const { ticket } = await call(ana.send, wire.openPairing, { body: {} });
    const [one, two] = [new SoftBrowser(server.origin), new SoftBrowser(server.origin)];
    const signature = two.sign('claim', `{"label":"x","publicKey":"${one.publicKey}","ticket":"${ticket}"}`);
    const body = { ticket, publicKey: one.publicKey, label: 'x', signature };
    expect(await refused(call(one.send, wire.claimPairing, { body }))).toBe('proof_invalid');
  });
});

describe('case 49: malformed bodies', () => {
  const post = (body: Uint8Array<ArrayBuffer> | string) =>
    answer(wire.prepareSignIn.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  test.each<[string, Uint8Array<ArrayBuffer> | string]>([
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a body cut within a character', Uint8Array.of(0x22, 0xe2, 0x82)],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a member it does not have', '{"a":1}'],
    ['__proto__', '{"__proto__":{"x":1}}'],
    ['constructor', '{"constructor":{"prototype":{"x":1}}}'],
    ['a member twice', '{"a":1,"a":1}'],
    ['a thousand levels', '['.repeat(1000) + ']'.repeat(1000)],
  ])('%s: 400', async (_, body) => {
    const { status, text } = await post(body);
    expect(status, text).toBe(400);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('one that is too large: 413', async () => {
    expect((await post(`{"a":"${'x'.repeat(600_000)}"}`)).status).toBe(413);
  });

  test('ids with the characters of paths and SQL find nothing and fail nothing', async () => {
    for (const id of ["' OR 1=1 --", '$.a[0]', '%00', '..%2f..', 'a'.repeat(5000), '💥'])
      expect([400, 404, 431], id).toContain(
        (await answer(`/api/requests/${encodeURIComponent(id)}`, { headers: { cookie: admin.cookie } }))
          .status,
      );
  });

  test('a NUL and half a character in a justification: kept or refused, never a failure', async () => {
    const request = await ana.ask(browser, { console: 'vault', seconds: 900 }, 'Stuck\u0000 queue');
    expect(request.justification?.text).toBe('Stuck\u0000 queue');
    await call(browser.send, wire.withdraw, {
      params: { request: request.id },
      body: { withdrawal: browser.withdrawal(request.id) },
    });
    const half = browser.ask({ console: 'vault', seconds: 900 });
    const body = { ...half, justification: { ...half.justification, text: 'Stuck \ud83d' } };
    expect(await refused(call(browser.send, wire.askRequest, { body }))).toBe('statement_mismatch');
  });
});

describe('live streams', () => {
  const open = async (path: string, headers: Record<string, string>): Promise<WebSocket | number> => {
    const socket = new WebSocket(server.origin.replace('http', 'ws') + path, { headers });
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', reject);
    });
  };
  const companion = (person: Person) => open('/api/stream', { cookie: person.cookie, origin: server.origin });
  async function browserStream(of: SoftBrowser): Promise<WebSocket | number> {
    await of.nonce();
    const proof = of.proof({ method: 'GET', path: '/api/browser/stream', body: '' });
    return open(`/api/browser/stream?browser=${of.id}&proof=${proof}`, {});
  }
  function socketOf(opened: WebSocket | number): WebSocket {
    if (typeof opened === 'number') throw new Error(`refused with ${opened}`);
    return opened;
  }

  test('case 11: from another site, without a cookie or a proof, none opens', async () => {
    expect(await open('/api/stream', { cookie: ana.cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await open('/api/stream', { cookie: ana.cookie })).toBe(403);
    expect(await open('/api/stream', { origin: server.origin })).toBe(401);
    expect(await open(`/api/browser/stream?browser=${browser.id}&proof=a.b.c`, {})).toBe(401);
    expect(await open('/api/browser/stream', { cookie: ana.cookie, origin: server.origin })).toBe(401);
  });

  test('a change reaches the companion and the browser at once', async () => {
    const [page, own] = [socketOf(await companion(admin)), socketOf(await browserStream(browser))];
    const heard: string[] = [];
    const topics = new Promise<void>((resolve) => {
      page.on('message', (data) => {
        heard.push(textOf(data));
        if (heard.join().includes('inbox')) resolve();
      });
    });
    const state = new Promise<void>((resolve) => {
      own.on('message', (data) => {
        if (textOf(data).includes('state')) resolve();
      });
    });
    await ana.ask(browser, { console: 'vault', seconds: 900 });
    await Promise.all([topics, state]);
    page.close();
    own.close();
  });

  test('case 14: disabling ends API, streams, browsers and grants at once', async () => {
    const bea = await server.person('bea', ['engineer']);
    const her = await bea.pair();
    const { id: request } = await bea.ask(her, { console: 'queue', seconds: 900 });
    const grant = await bea.activate(her, request);
    expect((await her.renew()).leases).toHaveLength(1);
    const sockets = [socketOf(await companion(bea)), socketOf(await browserStream(her))];
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await server.appends(['person.disabled', 'grant.ended'], () => admin.disable(bea.id));
    const late = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('after 5 s still open')), 5000),
    );
    await Promise.race([closed, late]);
    expect(await refused(call(bea.send, wire.me, {}))).toBe('signed_out');
    expect(await refused(her.renew())).toBe('disabled');
    expect(await refused(bea.ask(her, { console: 'vault', seconds: 900 }))).toBe('disabled');
    expect(server.services.log.state.get('grant', grant.id)).toMatchObject({
      status: 'ended',
      endedHow: 'disabled',
    });
    expect(await browserStream(her)).toBe(403);
    expect(await companion(bea)).toBe(401);
  });

  test('presence is who has the companion open', async () => {
    const view = async () =>
      (await call(admin.send, wire.listPeople, {})).people.find(({ id }) => id === ana.id);
    const page = socketOf(await companion(ana));
    expect(await view()).toMatchObject({ online: true });
    page.close();
    await expect.poll(view).toMatchObject({ online: false, lastSeen: expect.any(Number) as number });
    // A restart forgets neither people nor browsers.
    const before = await view();
    const heard = async () =>
      (await call(server.admin.send, wire.me, {})).browsers.map(({ lastSeen }) => lastSeen);
    await server.admin.pair();
    const [browser] = await heard();
    expect(browser).toEqual(expect.any(Number));
    await server.stop();
    await server.start();
    expect((await view())?.lastSeen).toBe(before?.lastSeen);
    expect(await heard()).toEqual([browser]);
  });
});

test('what the reason of a disabling says is kept beside its commitment', async () => {
  const cleo = await server.person('cleo', ['engineer']);
  const reason = detail('Left <b>today</b>');
  const other = await admin.touch('disabling', { person: cleo.id, reason: newId() + newId().slice(0, 21) });
  await server.appends(['attempt.refused'], async () =>
    expect(await refused(call(admin.send, wire.disable, { body: { touch: other, reason } }))).toBe(
      'statement_mismatch',
    ),
  );
});

test('a connection that nobody uses is kept longer than proxies keep theirs, so that they close first', async () => {
  const { port } = new URL(server.origin);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const [, seconds] = /^keep-alive: timeout=(\d+)/im.exec(answer.toString('latin1')) ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});
