import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { SuccessionAnswer } from '#shared/domain/succession/views.ts';
import type { Person } from '../../server/testing/person.ts';
import { type SoftBrowser, refused } from '../../server/testing/soft-browser.ts';
import { type TestServer, startServer } from '../../server/testing/start.ts';
import { type HeldLog, checkRelease } from './succession.ts';

let server: TestServer;
let bea: Person;
let ana: Person;
let held: HeldLog;
beforeAll(async () => {
  server = await startServer();
  const { log, leaseKey } = server.services;
  held = {
    origin: log.origin,
    logKey: log.verifierKey,
    leaseKey: leaseKey.publicKey,
    genesis: log.genesis,
    size: 0,
    root: '',
  };
  bea = await server.person('bea', ['administrator']);
  ana = await server.person('ana', ['engineer']);
});
afterAll(() => server.remove());

const ask = (browser: SoftBrowser): Promise<SuccessionAnswer> =>
  call(browser.send, wire.release, { query: { from: 0, origin: held.origin } });
const us = (browser: SoftBrowser) => ({ browser: browser.id, publicKey: browser.publicKey });
const letGo = async (by: Person, { id, publicKey }: SoftBrowser, names = id) =>
  call(by.send, wire.releaseBrowser, {
    params: { browser: id },
    body: { touch: await by.touch('release', { browser: names, browserKey: publicKey }) },
  });

test('an administrator releases a browser: it is told so with proof, and its pairing and grants are over', async () => {
  const browser = await ana.pair();
  const request = await ana.ask(browser, { console: 'queue', seconds: 900 });
  const grant = await ana.activate(browser, request.id);
  expect(await refused(ask(browser))).toBe('not_found');
  await letGo(bea, browser);
  await checkRelease(held, await ask(browser), us(browser));
  expect(await refused(call(browser.send, wire.browserState, {}))).toBe('browser_unknown');
  expect(server.services.log.state.get('grant', grant.id)).toMatchObject({ endedHow: 'released' });
  expect(await refused(letGo(bea, browser))).toBe('no_longer_open');
});

test('unpairing oneself is no release; one that was unpaired can still be released', async () => {
  const browser = await ana.pair();
  await call(ana.send, wire.unpair, { params: { browser: browser.id }, body: {} });
  expect(await refused(ask(browser))).toBe('not_found');
  await letGo(bea, browser);
  await checkRelease(held, await ask(browser), us(browser));
});

test('a release of another browser, of another key, or without the entry proves nothing', async () => {
  const [one, other] = [await ana.pair(), await ana.pair()];
  await letGo(bea, one);
  const answer = await ask(one);
  await expect(checkRelease(held, answer, us(other))).rejects.toThrow('No administrator released');
  const swapped = { ...us(one), publicKey: other.publicKey };
  await expect(checkRelease(held, answer, swapped)).rejects.toThrow('No administrator released');
  const without = { ...answer, entries: answer.entries.slice(0, -1) };
  await expect(checkRelease(held, without, us(one))).rejects.toThrow('No administrator released');
  const unproven = answer.entries.map((entry) => ({ ...entry, proof: [] }));
  await expect(checkRelease(held, { ...answer, entries: unproven }, us(one))).rejects.toThrow(
    /is inconsistent/,
  );
});

test('only an administrator’s own touch over this very browser releases it', async () => {
  const [one, other] = [await ana.pair(), await ana.pair()];
  expect(await refused(letGo(ana, one))).toBe('forbidden');
  expect(await refused(letGo(bea, one, other.id))).toBe('statement_mismatch');
  expect(await refused(ask(one))).toBe('not_found');
  const query = { from: 0, origin: held.origin };
  expect(await refused(call(server.stranger().send, wire.release, { query }))).toBe('browser_unknown');
});
