import { createServer } from 'node:http';
import { type Socket, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { crowded } from '#shared/wire/stream.ts';
import type { Person } from '../testing/person.ts';
import { refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { capConnections } from './load.ts';

let server: TestServer;
let ana: Person;
let cleo: Person;
beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer', 'auditor']);
  cleo = await server.person('cleo', ['approver', 'auditor']);
});
afterAll(() => server.remove());
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  server.clock.pass(60_000);
});

/** Sends bytes on a connection of its own, and never reads more than the head of the answer. */
function say(origin: string, bytes: string): Promise<{ head: string; socket: Socket }> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  closing.push(() => socket.destroy());
  return new Promise((resolve, reject) => {
    socket.on('error', reject).once('data', (data) => {
      socket.pause();
      resolve({ head: data.toString('latin1').split('\r\n\r\n')[0] ?? '', socket });
    });
    socket.write(bytes);
  });
}
const get = (path: string, from: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${from}\r\n${more}\r\n`;
const statusOf = (head: string): number => Number(head.split(' ')[1]);

test('case 103: answers that one address does not read are counted, the next one is told when to come, another address is served', async () => {
  const unread = await Promise.all(
    Array.from({ length: 150 }, () => say(server.origin, get('/api/reference.js', '192.0.2.1'))),
  );
  const taken = unread.filter(({ head }) => statusOf(head) === 200);
  const refusedOnes = unread.filter(({ head }) => statusOf(head) === 429);
  expect([taken.length, refusedOnes.length]).toEqual([128, 22]);
  expect(refusedOnes[0]?.head).toMatch(/retry-after: 5/i);
  expect(statusOf((await say(server.origin, get('/healthz', '192.0.2.2'))).head)).toBe(200);
  // Once they are gone there is room again.
  for (const { socket } of unread) socket.destroy();
  await expect
    .poll(async () => statusOf((await say(server.origin, get('/healthz', '192.0.2.1'))).head))
    .toBe(200);
});

test('calls of one person that are under way are counted, whatever the addresses', async () => {
  const evidence = (n: number, who: Person) =>
    say(server.origin, get('/api/evidence?kind=all', `198.51.100.${n}`, `Cookie: ${who.cookie}\r\n`));
  const leaving = Array.from({ length: 64 }, () => server.services.load.enter(`caller ${ana.id}`, 64));
  try {
    for (const { head } of [await evidence(1, ana), await evidence(2, ana)]) expect(statusOf(head)).toBe(429);
    expect(await refused(call(ana.send, wire.me, {}))).toBe('too_many');
    expect(
      statusOf(
        (await say(server.origin, get('/log/checkpoint', '198.51.100.3', `Cookie: ${ana.cookie}\r\n`))).head,
      ),
    ).toBe(429);
    expect(statusOf((await evidence(4, cleo)).head)).toBe(200);
  } finally {
    for (const leave of leaving) leave?.();
  }
  expect(statusOf((await evidence(5, ana)).head)).toBe(200);
});

test('who is nobody is told so before a byte of the body is read', async () => {
  const post = (path: string, headers: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 400000\r\n${headers}\r\n`;
  const person = await say(server.origin, post(wire.invite.path, `Origin: ${server.origin}\r\n`));
  expect(statusOf(person.head)).toBe(401);
  const other = `Origin: ${server.origin}\r\nCookie: __Host-countersign=${'A'.repeat(43)}\r\n`;
  expect(statusOf((await say(server.origin, post(wire.invite.path, other))).head)).toBe(401);
  const browser = 'Countersign-Browser: AAAAAAAAAAAAAAAAAAAAAA\r\nCountersign-Proof: a.b.c\r\n';
  expect(statusOf((await say(server.origin, post(wire.recordActions.path, browser))).head)).toBe(401);
  // Of anybody no more is taken than a registration has.
  expect(statusOf((await say(server.origin, post(wire.signIn.path, ''))).head)).toBe(413);
});

test('connections of one address are counted, and the next one is told when to come', async () => {
  const plain = createServer((_, response) => response.end('here'));
  capConnections(plain, 3, () => false);
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  closing.push(() => plain.close());
  const address = plain.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const line = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const first = await Promise.all([say(origin, line), say(origin, line), say(origin, line)]);
  expect(first.map(({ head }) => statusOf(head))).toEqual([200, 200, 200]);
  expect((await say(origin, line)).head).toMatch(/^HTTP\/1\.1 429 [^]*Retry-After: 5/);
  first[0]?.socket.destroy();
  await expect.poll(async () => statusOf((await say(origin, line)).head)).toBe(200);
});

/** Opens a stream of this person's companion: the code that it was closed with, a status, or `open`. */
function stream(who: Person): Promise<number | 'open'> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/stream`, {
    headers: { cookie: who.cookie, origin: server.origin },
  });
  closing.push(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('message', () => resolve('open'));
    socket.on('close', resolve);
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

test('case 103: a thousand streams of one person are 32, and each other one is told why', async () => {
  const ends: (number | 'open')[] = [];
  for (let n = 0; n < 20; n += 1)
    ends.push(...(await Promise.all(Array.from({ length: 50 }, () => stream(ana)))));
  const count = (end: number | 'open'): number => ends.filter((each) => each === end).length;
  expect({ open: count('open'), crowded: count(crowded.code), tooMany: count(429) }).toEqual({
    open: 32,
    crowded: 208,
    tooMany: 760,
  });
  expect(await stream(cleo)).toBe('open');
}, 60_000);

test('a hundred asks and withdrawals at once: thirty are taken, and an approver is woken a few times', async () => {
  const browser = await ana.pair();
  let woken = 0;
  const leave = server.services.hub.join({
    kind: 'person',
    person: cleo.id,
    send: ({ topics }) => void (woken += topics.includes('inbox') ? 1 : 0),
    close: () => undefined,
  });
  const started = performance.now();
  let taken = 0;
  let sentence = '';
  for (let n = 0; n < 100; n += 1)
    try {
      const { id } = await ana.ask(browser, { console: 'vault', seconds: 900 });
      taken += 1;
      const withdrawal = { withdrawal: browser.withdrawal(id) };
      await call(browser.send, wire.withdraw, { params: { request: id }, body: withdrawal });
    } catch (error) {
      sentence = (error as Error).message;
    }
  const halfSeconds = (performance.now() - started) / 500;
  await new Promise((resolve) => setTimeout(resolve, 600));
  leave?.();
  expect(taken).toBe(30);
  expect(sentence).toMatch(
    /^You requested access 30 times within a minute\. Try again in (\d+ seconds|a minute)\.$/,
  );
  // Sixty changes; one at once, and then what came together.
  expect(woken).toBeLessThanOrEqual(halfSeconds + 3);
  expect(woken).toBeLessThan(60);
  expect(woken).toBeGreaterThan(0);
});

test('searches of four people at once leave others waiting for less than one of them takes', async () => {
  const people = [ana, cleo, server.admin, await server.person('dora', ['auditor'])];
  while (server.services.log.size < 4300)
    await server.services.log.run((draft) => {
      for (let n = 0; n < 500; n += 1)
        draft.append('attempt.refused', { what: `attempt ${n}`, why: 'forbidden', person: ana.id });
    });
  const search = (who: Person) => call(who.send, wire.listEntries, { query: { find: 'nothing has this' } });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await work();
    return performance.now() - from;
  };
  const alone = Math.min(
    await timed(() => search(ana)),
    await timed(() => search(ana)),
    await timed(() => search(ana)),
  );
  const under = { way: true };
  const searches = Promise.all(Array.from({ length: 20 }, (_, n) => search(people[n % 4] ?? ana))).finally(
    () => (under.way = false),
  );
  const waits: number[] = [];
  while (under.way) waits.push(await timed(() => fetch(`${server.origin}/api/about`)));
  await searches;
  // In the middle, because the machine has other things to do as well: a call waited for one slice and not for them all.
  waits.sort((a, b) => a - b);
  expect(waits.length).toBeGreaterThan(5);
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(alone);
}, 60_000);

test('case 103: a person who searches faster than is answered is told to wait for their own searches', async () => {
  const ends = await Promise.all(
    Array.from({ length: 12 }, () =>
      call(ana.send, wire.listEntries, { query: { find: 'nothing has this' } }).then(
        () => 'done',
        (error: Error) => error.message,
      ),
    ),
  );
  expect(ends.filter((end) => end === 'done').length).toBeLessThan(12);
  expect(ends.filter((end) => end !== 'done')[0]).toBe(
    'Your earlier searches are still running. Try again in 2 seconds.',
  );
  expect((await call(ana.send, wire.listEntries, { query: {} })).entries.length).toBe(100);
});
