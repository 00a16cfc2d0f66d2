import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '@playwright/test';
import { Person } from '../../server/testing/person.ts';
import { expectShut, Stage } from '../harness/harness.ts';
import { type Server, startServer } from '../harness/server.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let other: Server;
test.beforeAll(async () => {
  [stage, other] = await Promise.all([Stage.open(), startServer()]);
});
test.afterAll(async () => {
  await stage.close();
  await other.stop();
});

/** Pairs with the other server, which names no consoles. */
async function pairElsewhere(): Promise<void> {
  const eve = new Person({ webOrigin: other.origin, rpId: 'localhost' }, 'eve');
  await eve.enrol(other.setupLink.split('#')[1] ?? '');
  const { ticket } = await call(eve.send, wire.openPairing, { body: {} });
  const page = await stage.browser.context.newPage();
  await page.goto(stage.browser.extensionPage(`pair.html#${other.origin}|${ticket}|`));
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
  const { ben, server, browser } = stage;
  const { people } = await call(stage.ada.send, wire.listPeople, {});
  const person = people.find(({ handle }) => handle === ben.handle)?.id ?? '';
  const { browsers } = await call(stage.ada.send, wire.listBrowsers, { params: { person } });
  const [paired] = browsers;
  if (!paired) throw new Error('ben has paired no browser');

  await pairElsewhere();
  stage.own.clear();
  const tab = await stage.tab('harbour');
  await expectShut(tab);
  await expect(
    tab.getByText(/^This browser was paired with localhost:\d+\. Its consoles stay shut/),
  ).toBeVisible();
  // Ending its own pairing is no release.
  await call(stage.ada.send, wire.unpair, { params: { browser: paired.id }, body: {} });
  const popup = await browser.context.newPage();
  await popup.goto(browser.extensionPage('popup.html'));
  await expect(popup.getByText(`Kept shut by ${new URL(server.origin).host}`)).toBeVisible();
  await expect(popup.getByText('Harbour, Quay, Buoy, Mole.')).toBeVisible();
  await popup.reload();
  await stage.tab('harbour').then(expectShut);
  expect(stage.reached('harbour')).toEqual([]);

  const touch = await stage.ada.touch('release', { browser: paired.id, browserKey: paired.browserKey });
  await call(stage.ada.send, wire.releaseBrowser, { params: { browser: paired.id }, body: { touch } });
  await popup.reload();
  await expect(popup.getByText(/^Kept shut by/)).toHaveCount(0, { timeout: 40_000 });
  const open = await stage.tab('harbour');
  expect(open.url()).toBe(stage.url('harbour'));
});
