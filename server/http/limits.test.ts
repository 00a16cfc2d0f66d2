import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { Limits } from './limits.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
beforeEach(() => server.clock.pass(60_000));

/** Statuses of opening an unknown link this often, as a proxy on this host forwards it for `address`. */
async function opening(times: number, address?: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) {
    const answer = await fetch(server.origin + wire.openEnrolment.path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(address === undefined ? {} : { 'x-forwarded-for': address }),
      },
      body: JSON.stringify({ code: 'A'.repeat(43) }),
    });
    statuses.push(answer.status);
  }
  return statuses;
}

test('one address may try sixty links in a minute, another one and the next minute are not touched by it', async () => {
  const statuses = await opening(62, '192.0.2.1');
  expect(statuses.slice(0, 60)).not.toContain(429);
  expect(statuses.slice(60)).toEqual([429, 429]);
  expect(await opening(1, '192.0.2.2')).not.toContain(429);
  // What the caller wrote itself stands before the proxy's word, and changes nothing.
  expect(await opening(1, '198.51.100.7, 192.0.2.1')).toEqual([429]);
  server.clock.pass(60_000);
  expect(await opening(1, '192.0.2.1')).not.toContain(429);
});

test('addresses of one IPv6 network are one caller, those of another are not', async () => {
  const network = ['2001:db8:0:1::', '2001:db8:0:1:0:0:0:9', '2001:DB8::1:aaaa:0:0:1', '2001:db8:0:1:ffff::'];
  for (const address of network) await opening(15, address);
  for (const address of network) expect(await opening(1, address), address).toEqual([429]);
  for (const address of ['2001:db8:0:2::1', '2001:db8::1', '::ffff:192.0.2.77'])
    expect(await opening(1, address), address).not.toContain(429);
});

test('another route from the same address is counted apart', async () => {
  await opening(61, '192.0.2.9');
  const answer = await fetch(server.origin + wire.prepareSignIn.path, {
    method: wire.prepareSignIn.method,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.9' },
    ...(wire.prepareSignIn.method === 'POST' ? { body: '{}' } : {}),
  });
  expect(answer.status).toBe(200);
});

test('case 53: a browser beyond six hundred calls in a minute is refused, another one is not', async () => {
  const [flooder, other] = [await server.admin.pair(), await server.admin.pair()];
  server.services.limits.within(flooder.id, 0);
  for (let n = 0; n < 600; n++) server.services.limits.within(flooder.id, 0);
  expect(await refused(call(flooder.send, wire.browserState, {}))).toBe('too_many');
  expect((await call(other.send, wire.browserState, {})).person.handle).toBe('root');
  server.clock.pass(60_000);
  expect((await call(flooder.send, wire.browserState, {})).person.handle).toBe('root');
});

test('case 53: a browser beyond its actions or bytes of a minute is refused, another one is served', async () => {
  const [flooder, other] = [await server.admin.pair(), await server.admin.pair()];
  const act = (by: SoftBrowser) =>
    call(by.send, wire.recordActions, { body: by.batch([{ console: 'queue', words: 'Looked' }]) });
  for (const what of ['actions of', 'bytes of']) {
    server.services.limits.within(`${what} ${flooder.id}`, 0, 17 * 1024 * 1024);
    await server.appends([], async () => expect(await refused(act(flooder))).toBe('too_many'));
    await other.deliver(other.batch([{ console: 'queue', words: 'Looked' }]));
    server.clock.pass(60_000);
  }
});

test('case 53: what counts is bytes as they are sent, not letters', async () => {
  const browser = await server.admin.pair();
  const body = browser.batch([{ console: 'queue', words: 'ü€😀'.repeat(100) }]);
  const bytes = Buffer.byteLength(JSON.stringify(body));
  expect(bytes).toBeGreaterThan(JSON.stringify(body).length + 400);
  const most = 16 * 1024 * 1024;
  const used = `bytes of ${browser.id}`;
  server.services.limits.within(used, 0, most - bytes + 1);
  await server.appends([], async () => expect(await refused(browser.deliver(body))).toBe('too_many'));
  server.clock.pass(60_000);
  server.services.limits.within(used, 0, most - bytes);
  await browser.deliver(body);
});

test('callers whose minute is over are forgotten', () => {
  let now = 0;
  const limits = new Limits(() => now);
  for (let n = 0; n < 20_000; n++) {
    now += 100;
    limits.within(`caller ${n}`, 1);
  }
  expect(limits.size).toBeLessThanOrEqual(10_001);
});
