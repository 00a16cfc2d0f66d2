import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '@playwright/test';
import { Person } from '../../server/testing/person.ts';
import { expectShut, Harness } from '../harness/harness.ts';
import { type Server, startServer } from '../harness/server.ts';

test.describe.configure({ mode: 'serial' });

let harness: Harness;
let other: Server;
test.beforeAll(async () => {
  [harness, other] = await Promise.all([Harness.open(), startServer()]);
});
test.afterAll(async () => {
  await harness.close();
  await other.stop();
});

/** Pairs with the other server, which names no consoles. */
async function pairElsewhere(): Promise<void> {
  const eve = new Person({ webOrigin: other.origin, rpId: 'localhost' }, 'eve');
  await eve.enrol(other.setupLink.split('#')[1] ?? '');
  const { ticket } = await call(eve.send, wire.openPairing, { body: {} });
  const page = await harness.browser.context.newPage();
  await page.goto(harness.browser.extensionPage(`pair.html#${other.origin}|${ticket}|`));
  await expect(page.getByText(/its consoles stay shut here until an/)).toBeVisible();
  await page.getByRole('button', { name: 'Pair this browser' }).click();
  await page.getByRole('img', { name: /^Code/ }).waitFor();
  const { browserKey = '', code = '', label = '' } = await call(eve.send, wire.pairing, { body: { ticket } });
  const touch = await eve.touch('pairing', { browserKey, code, label });
  await call(eve.send, wire.confirmPairing, { body: { ticket, touch } });
  await page.getByRole('heading', { name: 'This browser is paired' }).waitFor();
  await page.close();
}

test('case 96: pairing with another server opens nothing that the first one shut, until an administrator there releases the browser', async () => {
  const { ben, server, browser } = harness;
  const { people } = await call(harness.ada.send, wire.listPeople, {});
  const person = people.find(({ handle }) => handle === ben.handle)?.id ?? '';
  const { browsers } = await call(harness.ada.send, wire.listBrowsers, { params: { person } });
  const [paired] = browsers;
  if (!paired) throw new Error('ben has paired no browser');

  await pairElsewhere();
  harness.own.clear();
  const tab = await harness.tab('harbour');
  await expectShut(tab);
  await expect(
    tab.getByText(/^This browser was paired with localhost:\d+\. Its consoles stay shut/),
  ).toBeVisible();
  // Ending its own pairing is no release.
  await call(harness.ada.send, wire.unpair, { params: { browser: paired.id }, body: {} });
  const popup = await browser.context.newPage();
  await popup.goto(browser.extensionPage('popup.html'));
  await expect(popup.getByText(`Kept shut by ${new URL(server.origin).host}`)).toBeVisible();
  await expect(popup.getByText('Harbour, Quay, Buoy, Mole.')).toBeVisible();
  await popup.reload();
  await harness.tab('harbour').then(expectShut);
  expect(harness.reached('harbour')).toEqual([]);

  const touch = await harness.ada.touch('release', { browser: paired.id, browserKey: paired.browserKey });
  await call(harness.ada.send, wire.releaseBrowser, { params: { browser: paired.id }, body: { touch } });
  await popup.reload();
  await expect(popup.getByText(/^Kept shut by/)).toHaveCount(0, { timeout: 40_000 });
  const open = await harness.tab('harbour');
  expect(open.url()).toBe(harness.url('harbour'));
});
