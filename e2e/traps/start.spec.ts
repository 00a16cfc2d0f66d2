import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type BareBrowser, startBare } from '../browser/bare.ts';
import { extensionDir, expectShut, SOON, Harness, viaNetwork } from '../harness/harness.ts';
import { pause } from './tools.ts';

/** The same profile in a browser that nobody drives. */
async function bareAt(url: string): Promise<BareBrowser> {
  const { userDataDir } = harness.browser;
  return startBare({ userDataDir, extensionDir, url, args: [viaNetwork(harness.server, harness.network)] });
}

test.describe.configure({ mode: 'serial' });

let harness: Harness;
/** When the profile was last given something that Chromium keeps in its preferences: an extension, or hosts for it. */
let given: number;
test.beforeAll(async () => {
  harness = await Harness.unpaired();
});
test.afterAll(async () => {
  await harness.close();
});

test('T11: a tab that was open before the pairing goes to the gate', async () => {
  const page = await harness.browser.context.newPage();
  const kept = await harness.browser.context.newPage();
  await page.goto(harness.url('harbour', '/live'));
  await kept.goto(harness.url('pier', '/live'));
  await expect.poll(() => harness.own.sockets().length).toBe(4);
  await harness.pair();
  given = Date.now();
  await expectShut(page);
  await expect.poll(() => harness.own.sockets().length).toBe(2);
  await expect(kept).toHaveURL(harness.url('pier', '/live'));
  await kept.close();
  harness.own.clear();
  await page.goto(harness.url('harbour', '/inline')).catch(() => undefined);
  await expectShut(page);
  expect(harness.reached('harbour')).toEqual([]);
  await page.close();
});

test('T7, T8, case 36: killed during a grant and started again, it is shut until the server says otherwise', async () => {
  const inline = harness.url('harbour', '/inline');
  const { page } = await harness.opened('harbour', '/inline');
  await expect(page).toHaveURL(inline);
  // Chromium writes its preferences after 10 s: killed before that, it would have lost the extension itself.
  await pause(given + 11_000 - Date.now());
  await harness.browser.killBrowser();
  await harness.server.kill('SIGTERM');
  harness.own.clear();
  // Started with the console's address: what storage remembers of the grant is not believed.
  const bare = await bareAt(inline);
  try {
    await expect.poll(() => bare.tabs()).toContainEqual(expect.stringContaining('/gate.html#'));
    // The page itself may have been asked for before any rule stood; what it would do then did not happen.
    expect(harness.reached('harbour').filter((line) => line !== 'GET /inline')).toEqual([]);
  } finally {
    await bare.end();
  }
  harness.own.clear();
  await harness.reopen();
  const tab = await harness.tab('harbour', '/inline');
  await expectShut(tab);
  await expect(tab.getByText(/is not responding/).first()).toBeVisible();
  expect(harness.reached('harbour')).toEqual([]);
  await harness.server.restart();
  await tab.waitForURL(inline, { timeout: 35_000 });
  await harness.cleo.revoke(await harness.running('harbour'), 'Enough');
  await expectShut(tab);
});

test('T10, case 27: at the end both tabs shut at once, the one in front and the hidden one, worker asleep', async () => {
  const { grant } = await harness.opened('harbour', '/', { seconds: 26 });
  const { sessions, now } = await call(harness.cleo.send, wire.live, {});
  const ends =
    Date.now() - now + (sessions.find(({ session }) => session.grant.id === grant)?.session.grant.until ?? 0);
  const live = harness.url('harbour', '/live');
  await harness.browser.context.close();
  const bare = await bareAt(live);
  try {
    await expect.poll(() => harness.own.sockets().length).toBe(2);
    await bare.open(live);
    await expect.poll(() => harness.own.sockets().length).toBe(4);
    expect(await bare.visibility(live)).toEqual(expect.arrayContaining(['hidden', 'visible']));
    await pause(ends - 2000 - Date.now());
    await bare.stopWorkers();
    await expect.poll(() => harness.own.sockets().length, { timeout: 2000 + SOON }).toBe(0);
    const closed = harness.own.log.filter(({ kind }) => kind.endsWith('-close')).map(({ at }) => at - ends);
    expect(closed).toHaveLength(4);
    expect(Math.max(...closed.map(Math.abs))).toBeLessThan(SOON);
    expect((await bare.tabs()).filter((url) => url.includes('/gate.html#'))).toHaveLength(2);
  } finally {
    await bare.end();
  }
});
