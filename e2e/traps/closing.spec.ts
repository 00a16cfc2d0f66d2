import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '../fixtures.ts';
import { expectShut, SOON, type Harness } from '../harness/harness.ts';
import { pause, visits } from './tools.ts';

const sources = (harness: Harness): string[] => [
  ...new Set(harness.own.log.flatMap(({ url }) => /^\/beacon\?from=([\w-]+)/.exec(url)?.[1] ?? [])),
];

test('T4, T5: after the end nothing of the console’s own workers and frames gets out, and no cache answers', async ({
  harness,
}) => {
  const { page } = await harness.opened('harbour', '/workers', { seconds: 12 });
  await expect(page.locator('#workers')).toHaveText('running');
  // The worker asks for longer than the grant lasts.
  await page.evaluate('harbour.askServiceWorker(60)');
  await expect
    .poll(() => sources(harness).toSorted())
    .toEqual(['sandboxed', 'service-worker', 'shared-worker']);
  await expectShut(page, 12_000);
  await pause(300); // a request may have left in the very moment of the end
  harness.own.clear();
  await pause(1500);
  expect(harness.reached('harbour')).toEqual([]);
  const seen = visits(page);
  await page.goto(harness.url('harbour')).catch(() => undefined);
  await expectShut(page);
  expect(seen.filter((url) => url.startsWith('http'))).toEqual([]);
  expect(harness.reached('harbour')).toEqual([]);
});

test('T10, case 27, case 36: at the end a page shuts by itself, with the worker dead and its alarms lost', async ({
  harness,
}) => {
  const { page, grant } = await harness.opened('harbour', '/live', { seconds: 20 });
  const { sessions, now } = await call(harness.cleo.send, wire.live, {});
  const left = (sessions.find(({ session }) => session.grant.id === grant)?.session.grant.until ?? 0) - now;
  const ends = Date.now() + left;
  await expect.poll(() => harness.own.sockets().length).toBe(2);
  const own = await harness.browser.context.newPage();
  await own.goto(harness.browser.extensionPage('manifest.json'));
  await page.bringToFront();
  // Requests of the companion would wake the worker.
  await harness.ben.page.goto('about:blank');
  // Late, because what is still being written would wake it; its alarms after it, because it sets them anew.
  await pause(ends - 2000 - Date.now());
  await harness.browser.stopWorkers();
  await own.evaluate(() =>
    (
      globalThis as unknown as { chrome: { alarms: { clearAll(): Promise<boolean> } } }
    ).chrome.alarms.clearAll(),
  );
  await expect.poll(() => harness.own.sockets().length, { timeout: 2000 + SOON }).toBe(0);
  await expectShut(page);
  const closed = harness.own.log.filter(({ kind }) => kind.endsWith('-close')).map(({ at }) => at - ends);
  expect(Math.max(...closed.map(Math.abs))).toBeLessThan(SOON);
});
