import { chromium } from '@playwright/test';
import type { Browser, BrowserContext } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findChromium } from '../../browser/find.ts';
import { startOwnConsole } from './server.ts';
import type { OwnConsole } from './server.ts';
import { pages } from './pages.ts';

type Harbour = {
  harbour: {
    workers: Promise<string>;
    keys: { type: string; value: string }[];
    ticks: { ws: number; sse: number };
    askServiceWorker(times: number): void;
  };
};
declare const harbour: Harbour['harbour'];

let own: OwnConsole;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  own = await startOwnConsole();
  const { path } = await findChromium();
  browser = await chromium.launch({
    executablePath: path,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await own?.stop();
});
beforeEach(async () => {
  await context?.close();
  context = await browser.newContext();
  own.clear();
});

const open = async (path: string) => {
  const page = await context.newPage();
  await page.goto(own.origin('harbour.localhost') + path);
  return page;
};
const urls = (method: string) =>
  own.log.filter((a) => a.kind === 'request' && a.method === method).map((a) => a.url);
const beacons = (from: string) => urls('GET').filter((url) => url.startsWith(`/beacon?from=${from}`)).length;

test('every page loads without an error of its own', async () => {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  for (const { path, title } of pages) {
    await page.goto(own.origin('harbour.localhost') + path);
    expect(await page.title()).toBe(`${title} · Harbour`);
  }
  expect(errors).toEqual([]);
  expect(own.log[0]).toMatchObject({ url: '/', method: 'GET', headers: { 'sec-fetch-dest': 'document' } });
});

test('T4, T5: the service worker answers from its cache; workers and the sandboxed frame ask by themselves', async () => {
  const page = await open('/workers');
  expect(await page.evaluate(() => harbour.workers)).toBe('running');
  await expect.poll(() => beacons('shared-worker'), { timeout: 5_000 }).toBeGreaterThan(1);
  await expect.poll(() => beacons('sandboxed'), { timeout: 5_000 }).toBeGreaterThan(1);
  await page.evaluate(() => harbour.askServiceWorker(3));
  await expect.poll(() => beacons('service-worker'), { timeout: 5_000 }).toBe(3);
  own.clear();
  await page.goto(own.origin('harbour.localhost'));
  expect(await page.locator('h1').textContent()).toBe('Overview');
  expect(urls('GET')).not.toContain('/');
});

test('T6: both streams tick, and their closing is noted', async () => {
  const page = await open('/live');
  await page.waitForFunction(() => harbour.ticks.ws > 1 && harbour.ticks.sse > 1);
  expect(
    own
      .sockets()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['sse', 'ws']);
  await page.close();
  await expect.poll(() => own.sockets()).toEqual([]);
  const outside = await fetch(`http://127.0.0.1:${own.controlPort}/log`);
  const kinds = (JSON.parse(await outside.text()) as { kind: string }[]).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['ws-open', 'ws-close', 'sse-open', 'sse-close']));
});

test('T7, T19, T20, T21, T23: what the traps do reaches the log', async () => {
  await open('/inline');
  await expect.poll(() => urls('POST')).toContain('/api/inline');
  const rewrite = await open('/rewrite');
  await rewrite.click('#rewrite');
  await rewrite.click('#after');
  const vanish = await open('/vanish');
  await vanish.locator('#vanish').dispatchEvent('pointerdown');
  await open('/scripted');
  const forms = await open('/forms');
  await forms.click('#submit-by-script');
  await expect
    .poll(() => urls('POST'), { timeout: 5_000 })
    .toEqual(
      expect.arrayContaining(['/api/do/rewritten', '/api/do/vanish', '/api/do/purge/orders', '/rotate']),
    );
});

test('T13: a page is kept for Back and the next one fetched ahead', async () => {
  const page = await open('/kept');
  await expect.poll(() => own.log.some((a) => a.headers['sec-purpose']?.startsWith('prefetch'))).toBe(true);
  await page.click('#away');
  await page.waitForURL('**/kept?next');
  // Playwright's goBack() waits for a load, and a page that was kept does not load.
  await page.evaluate(() => setTimeout(() => history.back(), 50));
  await expect.poll(() => page.locator('#restored').textContent()).toBe('yes');
});

test('T16, T17, T18, T36: dialog, cover, key log and unsaved work', async () => {
  const modal = await open('/modal');
  await modal.click('#open-modal');
  expect(await modal.locator('#modal:modal').count()).toBe(1);
  const overlay = await open('/overlay');
  await overlay.click('#show-cover');
  expect(await overlay.locator('#cover:popover-open').count()).toBe(1);
  await overlay.click('#show-cover', { timeout: 2_000 }); // the click falls through
  const keys = await open('/keys');
  await keys.fill('#bait', 'secret words');
  expect(await keys.evaluate(() => harbour.keys.some(({ value }) => value === 'secret words'))).toBe(true);
  const unsaved = await open('/unsaved');
  await unsaved.locator('#draft').pressSequentially('x');
  const asked = unsaved.waitForEvent('dialog');
  const leaving = unsaved.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.accept();
  await leaving;
});

test('T31: the locked page refuses WebAuthn and is isolated', async () => {
  const page = await open('/locked');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const get = page.evaluate(() =>
    navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } }).then(String, String),
  );
  expect(await get).toMatch(/NotAllowedError.*publickey-credentials-get/);
});
