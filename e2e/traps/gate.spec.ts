import { expect, test } from '../fixtures.ts';
import { expectShut, SOON, type Harness } from '../harness/harness.ts';
import { recorded, visits, words } from './tools.ts';

/** A page of a host that no policy names. */
const elsewhere = async (harness: Harness, path = '/') => {
  const page = await harness.browser.context.newPage();
  await page.goto(harness.own.origin('elsewhere.localhost') + path);
  return page;
};

test('T2, T3: a page that attacks our scripts is recorded and shut all the same', async ({ harness }) => {
  const attack = `/clobber?ext=${harness.browser.extensionId}&script=console`;
  const { page, grant } = await harness.opened('harbour', attack);
  await expect(page.locator('#attack')).toHaveText('Attacked.');
  await page.locator('#attack').click();
  await expect.poll(async () => words(await recorded(harness, 'harbour')).join()).toMatch(/Clicked section/);
  const before = Date.now();
  await harness.cleo.revoke(grant);
  await expectShut(page);
  expect(Date.now() - before).toBeLessThan(SOON);
});

test('T2, T3: the script in an attacked page shuts it by itself, with nobody to help', async ({
  harness,
}) => {
  const attack = `/clobber?ext=${harness.browser.extensionId}&script=console`;
  const { page } = await harness.opened('harbour', attack);
  await expect(page.locator('#attack')).toHaveText('Attacked.');
  const gone = page.waitForURL(/^chrome-extension:/);
  // Only the flag in storage changes: no rule, and no worker that moves tabs.
  const worker = await harness.browser.worker();
  await worker.evaluate(async () => {
    const { local } = (globalThis as unknown as { chrome: Api }).chrome.storage;
    const { gates } = await local.get('gates');
    await local.set({ gates: gates.map((gate) => ({ ...gate, access: 'none' })) });
  });
  await gone;
});
type Api = {
  storage: {
    local: { get(key: 'gates'): Promise<{ gates: object[] }>; set(items: object): Promise<void> };
  };
};

test('case 32: frames, windows, prefetch and prerender from elsewhere reach nothing', async ({ harness }) => {
  const page = await elsewhere(harness);
  const target = harness.url('harbour', '/inline');
  const popup = harness.browser.context.waitForEvent('page');
  await page.evaluate((url) => {
    for (const where of [url, 'about:blank']) {
      const frame = document.createElement('iframe');
      frame.src = where;
      document.body.append(frame);
      if (where !== url) frame.contentWindow?.location.replace(url);
    }
    const ahead = document.createElement('link');
    Object.assign(ahead, { rel: 'prefetch', href: url });
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ prerender: [{ urls: [url] }], prefetch: [{ urls: [url] }] });
    document.head.append(ahead, rules);
    window.open(url);
  }, target);
  await expectShut(await popup);
  await expect
    .poll(() => page.frames().filter((frame) => frame.url().includes('/gate.html#')).length)
    .toBe(2);
  // In a frame the gate page has nothing to press (T32).
  const framed = page.frames().find((frame) => frame.url().includes('/gate.html#'));
  await expect(framed!.getByRole('heading', { name: 'This console is shut.' })).toBeVisible();
  expect(await framed!.locator('button, input, textarea, a').count()).toBe(0);
  expect(harness.reached('harbour')).toEqual([]);
});

test('case 33: what a page sends to a shut console does not leave', async ({ harness }) => {
  for (const page of [await elsewhere(harness), await harness.tab('pier')]) {
    const outcome = await page.evaluate(
      async ([http, ws]) => {
        const blocked = (sent: Promise<unknown>) =>
          sent.then(
            () => 'sent',
            () => 'blocked',
          );
        const socket = new WebSocket(ws);
        const loaded = (element: HTMLImageElement | HTMLScriptElement) =>
          new Promise((done, failed) => {
            Object.assign(element, { onload: done, onerror: failed, src: `${http}/pixel.svg` });
            document.head.append(element);
          });
        navigator.sendBeacon(`${http}/api/do/beacon`, 'x');
        return Promise.all([
          blocked(fetch(`${http}/api/do/purge`, { method: 'POST', mode: 'no-cors' })),
          blocked(fetch(`${http}/api/x`, { mode: 'no-cors', keepalive: true })),
          blocked(new Promise((done, failed) => Object.assign(socket, { onopen: done, onerror: failed }))),
          blocked(loaded(document.createElement('img'))),
          blocked(loaded(document.createElement('script'))),
        ]);
      },
      [harness.url('harbour', ''), harness.url('harbour', '/ticks').replace('http', 'ws')] as const,
    );
    expect(outcome).toEqual(Array(5).fill('blocked'));
  }
  expect(harness.reached('harbour')).toEqual([]);
});

test('case 38: hosts match exactly, whatever stands around them', async ({ harness }) => {
  const { port } = harness.own;
  const page = await harness.browser.context.newPage();
  for (const same of ['HARBOUR.localhost', 'ben:secret@harbour.localhost', 'harbour.localhost.']) {
    await page.goto(`http://${same}:${port}/inline`).catch(() => undefined);
    await expectShut(page);
  }
  expect(harness.own.log.filter(({ host }) => /^harbour/i.test(host))).toEqual([]);
  const other = [
    'xharbour.localhost',
    'harbour.localhost@elsewhere.localhost',
    'harbour-localhost.localhost',
  ];
  for (const host of other) {
    await page.goto(`http://${host}:${port}/?u=http://harbour.localhost/`);
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  }
});

test('T13: back to a page kept from the time of the grant ends at the gate', async ({ harness }) => {
  const { page, grant } = await harness.opened('harbour', '/kept');
  await expect
    .poll(() => harness.own.log.some(({ headers }) => headers['sec-purpose'] !== undefined))
    .toBe(true);
  await page.click('#away');
  await page.waitForURL('**/kept?next');
  await harness.cleo.revoke(grant);
  await expectShut(page);
  harness.own.clear();
  const seen = visits(page);
  await page.waitForLoadState();
  await page.evaluate(() => setTimeout(() => history.go(-1), 50));
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  await expectShut(page);
  expect(seen.filter((url) => url.startsWith('http'))).toEqual([]);
  await page.goto(harness.url('harbour', '/kept?next')).catch(() => undefined);
  await expectShut(page);
  expect(harness.reached('harbour')).toEqual([]);
});

test('T32: the gate page refuses what is no console', async ({ harness }) => {
  const page = await harness.browser.context.newPage();
  for (const wanted of [
    'javascript:alert(document.domain)',
    'data:text/html,x',
    'https://evil.example/',
    '',
  ]) {
    await page.goto('about:blank');
    await page.goto(`${harness.browser.extensionPage('gate.html')}#${wanted}`);
    await expect(page.getByRole('heading', { name: 'No console at this address' })).toBeVisible();
    expect(await page.locator('main :is(button, input, textarea)').count()).toBe(0);
  }
});
