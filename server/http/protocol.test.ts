import { afterAll, beforeAll, expect, test } from 'vitest';
import { random, toBase64url } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { protocol, protocolHeader } from '#shared/wire/protocol.ts';
import type { Person } from '../testing/person.ts';
import { SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let ana: Person;
let browser: SoftBrowser;
beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
});
afterAll(() => server.remove());

const outdatedOf = async (): Promise<boolean | undefined> =>
  (await call(ana.send, wire.me, {})).browsers.find(({ id }) => id === browser.id)?.outdated;

test.each(['', '0', 'x', '1.0', '-1', '1e3'])(
  'case 76: an extension that speaks “%s” gets nothing, is told why, and the companion says so',
  async (said) => {
    browser.protocol = said;
    await server.appends([], async () => {
      expect(await refused(call(browser.send, wire.browserState, {}))).toBe('extension_outdated');
      const body = { nonce: toBase64url(random(16)), shut: [] };
      expect(await refused(call(browser.send, wire.renewLeases, { body }))).toBe('extension_outdated');
      expect(await refused(ana.ask(browser, { console: 'queue' }))).toBe('extension_outdated');
      const other = new SoftBrowser(server.origin);
      other.protocol = said;
      expect(await refused(ana.pair('Another', other))).toBe('extension_outdated');
    });
    expect(await outdatedOf()).toBe(true);
    browser.protocol = String(protocol);
    await call(browser.send, wire.browserState, {});
    expect(await outdatedOf()).toBeUndefined();
  },
);

test('case 76: one that is newer than the server is served: it knows itself what it cannot work with', async () => {
  browser.protocol = String(protocol + 1);
  await call(browser.send, wire.browserState, {});
});

test('nobody can have a browser shown as too old without its key', async () => {
  const headers = { 'countersign-browser': browser.id, 'countersign-proof': 'a.b.c' };
  const answer = await fetch(server.origin + wire.browserState.path, { headers });
  expect([answer.status, await answer.json()]).toMatchObject([
    426,
    { error: { code: 'extension_outdated' } },
  ]);
  expect(await outdatedOf()).toBeUndefined();
});

test.each([wire.nonce.path, wire.browserState.path, wire.about.path])(
  'the answer of %s says what the server speaks, also where it refuses',
  async (path) => {
    expect((await fetch(server.origin + path)).headers.get(protocolHeader)).toBe(String(protocol));
  },
);
