import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type BareBrowser, startBare } from '../browser/bare.ts';
import { extensionDir, expectShut, SOON, Stage, viaCable } from '../harness/harness.ts';
import { pause } from './tools.ts';

/** The same profile in a browser that nobody drives. */
async function bareAt(url: string): Promise<BareBrowser> {
  const { userDataDir } = stage.browser;
  return startBare({ userDataDir, extensionDir, url, args: [viaCable(stage.server, stage.cable)] });
}

test.describe.configure({ mode: 'serial' });

let stage: Stage;
/** When the profile was last given something that Chromium keeps in its preferences: an extension, or hosts for it. */
let given: number;
test.beforeAll(async () => {
  stage = await Stage.unpaired();
});
test.afterAll(async () => {
  await stage.close();
});

test('T11: a tab that was open before the pairing goes to the gate', async () => {
  const page = await stage.browser.context.newPage();
  const kept = await stage.browser.context.newPage();
  await page.goto(stage.url('harbour', '/live'));
  await kept.goto(stage.url('pier', '/live'));
  await expect.poll(() => stage.own.sockets().length).toBe(4);
  await stage.pair();
  given = Date.now();
  await expectShut(page);
  await expect.poll(() => stage.own.sockets().length).toBe(2);
  await expect(kept).toHaveURL(stage.url('pier', '/live'));
  await kept.close();
  stage.own.clear();
  await page.goto(stage.url('harbour', '/inline')).catch(() => undefined);
  await expectShut(page);
  expect(stage.reached('harbour')).toEqual([]);
  await page.close();
});

test('T7, T8, case 36: killed during a grant and started again, it is shut until the server says otherwise', async () => {
  const inline = stage.url('harbour', '/inline');
  const { page } = await stage.opened('harbour', '/inline');
  await expect(page).toHaveURL(inline);
  // Chromium writes its preferences after 10 s: killed before that, it would have lost the extension itself.
  await pause(given + 11_000 - Date.now());
  await stage.browser.killBrowser();
  await stage.server.kill('SIGTERM');
  stage.own.clear();
  // Started with the console's address: what storage remembers of the grant is not believed.
  const bare = await bareAt(inline);
  try {
    await expect.poll(() => bare.tabs()).toContainEqual(expect.stringContaining('/gate.html#'));
    // The page itself may have been asked for before any rule stood; what it would do then did not happen.
    expect(stage.reached('harbour').filter((line) => line !== 'GET /inline')).toEqual([]);
  } finally {
    await bare.end();
  }
  stage.own.clear();
  await stage.reopen();
  const tab = await stage.tab('harbour', '/inline');
  await expectShut(tab);
  await expect(tab.getByText(/is not responding/).first()).toBeVisible();
  expect(stage.reached('harbour')).toEqual([]);
  await stage.server.restart();
  await tab.waitForURL(inline, { timeout: 35_000 });
  await stage.cleo.revoke(await stage.running('harbour'), 'Enough');
  await expectShut(tab);
});

test('T10, case 27: at the end both tabs shut at once, the one in front and the hidden one, worker asleep', async () => {
  const { grant } = await stage.opened('harbour', '/', { seconds: 26 });
  const { sessions, now } = await call(stage.cleo.send, wire.live, {});
  const ends =
    Date.now() - now + (sessions.find(({ session }) => session.grant.id === grant)?.session.grant.until ?? 0);
  const live = stage.url('harbour', '/live');
  await stage.browser.context.close();
  const bare = await bareAt(live);
  try {
    await expect.poll(() => stage.own.sockets().length).toBe(2);
    await bare.open(live);
    await expect.poll(() => stage.own.sockets().length).toBe(4);
    expect(await bare.visibility(live)).toEqual(expect.arrayContaining(['hidden', 'visible']));
    await pause(ends - 2000 - Date.now());
    await bare.stopWorkers();
    await expect.poll(() => stage.own.sockets().length, { timeout: 2000 + SOON }).toBe(0);
    const closed = stage.own.log.filter(({ kind }) => kind.endsWith('-close')).map(({ at }) => at - ends);
    expect(closed).toHaveLength(4);
    expect(Math.max(...closed.map(Math.abs))).toBeLessThan(SOON);
    expect((await bare.tabs()).filter((url) => url.includes('/gate.html#'))).toHaveLength(2);
  } finally {
    await bare.end();
  }
});
