import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchFirefox } from '../browser/marionette.ts';
import { startOwnConsole } from '../consoles/own/server.ts';
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

test('case 96: the same in Firefox', async () => {
  const own = await startOwnConsole();
  const server = await startServer({
    policy: `version: 1
consoles:
  harbour:
    name: Harbour
    hosts: [harbour.localhost]
    start: ${own.origin('harbour.localhost')}/
    mode: closed
`,
  });
  const addonId = '{5c0b6a1e-2a43-4d0e-9a8b-3f1d2f6e7c11}';
  const firefox = await launchFirefox({ addonId });
  try {
    await firefox.install(resolve('extension/.output/firefox-mv3'));
    const text = () => firefox.run("return document.body?.innerText ?? ''");
    const visit = async (): Promise<unknown> => {
      await firefox.open(`${own.origin('harbour.localhost')}/`).catch(() => undefined);
      return firefox.run('return location.href');
    };
    /** Sets a server up, and pairs with it. */
    async function pairWith({ origin, setupLink }: Server, handle: string): Promise<Person> {
      const person = new Person({ webOrigin: origin, rpId: 'localhost' }, handle);
      await person.enrol(setupLink.split('#')[1] ?? '');
      const { ticket, hosts } = await call(person.send, wire.openPairing, { body: {} });
      await firefox.open(firefox.extensionPage(`pair.html#${origin}|${ticket}|${hosts.join(',')}`));
      await expect.poll(text).toContain('Pair this browser');
      await firefox.click('main button');
      await expect.poll(text).toMatch(/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
      const {
        browserKey = '',
        code = '',
        label = '',
      } = await call(person.send, wire.pairing, {
        body: { ticket },
      });
      const touch = await person.touch('pairing', { browserKey, code, label });
      await call(person.send, wire.confirmPairing, { body: { ticket, touch } });
      await expect.poll(text).toContain('This browser is paired');
      return person;
    }

    const ada = await pairWith(server, 'ada');
    expect(await visit()).toMatch(/^moz-extension:.*gate\.html#/);
    const third = await startServer();
    try {
      await pairWith(third, 'eve');
      own.clear();
      expect(await visit()).toMatch(/^moz-extension:.*gate\.html#/);
      await expect.poll(text).toMatch(/This browser was paired with localhost:\d+\. Its consoles stay shut/);
      expect(own.log.filter(({ host }) => host.startsWith('harbour.'))).toEqual([]);

      const [paired] = (await call(ada.send, wire.listBrowsers, { params: { person: ada.id } })).browsers;
      if (!paired) throw new Error('ada has paired no browser');
      const touch = await ada.touch('release', { browser: paired.id, browserKey: paired.browserKey });
      await call(ada.send, wire.releaseBrowser, { params: { browser: paired.id }, body: { touch } });
      // Each time the popup opens, the worker asks the server that was left.
      const released = async () => {
        await firefox.open(firefox.extensionPage('popup.html'));
        await expect.poll(text).not.toBe('');
        return visit();
      };
      await expect
        .poll(released, { timeout: 40_000, intervals: [1000] })
        .toBe(`${own.origin('harbour.localhost')}/`);
    } finally {
      await third.stop();
    }
  } finally {
    await firefox.close();
    await server.stop();
    await own.stop();
  }
});
