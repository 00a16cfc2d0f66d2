import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { launchFirefox, type Firefox } from '../browser/marionette.ts';
import { startOwnConsole, type OwnConsole } from '../consoles/own/server.ts';
import { Person } from '../../server/testing/person.ts';
import { type Server, startServer } from '../stage/server.ts';

const addonId = '{5c0b6a1e-2a43-4d0e-9a8b-3f1d2f6e7c11}';

test.describe.configure({ mode: 'serial' });

let firefox: Firefox;
let own: OwnConsole;
let server: Server;
test.beforeAll(async () => {
  own = await startOwnConsole();
  server = await startServer({
    policy: `version: 1
consoles:
  harbour:
    name: Harbour
    hosts: [harbour.localhost]
    start: ${own.origin('harbour.localhost')}/
    mode: closed
eligibility:
  - name: harbour-rule
    who: [ada]
    consoles: [harbour]
    levels: [change]
    durations: [PT15M]
    decides: nobody
`,
  });
  firefox = await launchFirefox({ addonId });
});
test.afterAll(async () => {
  await firefox.close();
  await server.stop();
  await own.stop();
});

const text = () => firefox.run('return document.body.innerText');

test('Firefox takes the add-on, and its pages draw without an error', async () => {
  expect(await firefox.install(resolve('extension/.output/firefox-mv3'))).toBe(addonId);
  for (const [page, words] of [
    ['popup.html', 'This browser is not paired yet'],
    ['pair.html', 'This address names no pairing'],
    ['gate.html#http://harbour.localhost/', 'not paired'],
    ['form.html#harbour', 'not paired'],
  ] as const) {
    await firefox.open(firefox.extensionPage(page));
    await expect.poll(text, { message: page }).toContain(words);
  }
});

test('Firefox is paired by one button and one touch, and then shuts the console', async () => {
  const ada = new Person({ webOrigin: server.origin, rpId: 'localhost' }, 'ada');
  await ada.enrol(server.setupLink.split('#')[1] ?? '');
  const { ticket, hosts } = await call(ada.send, wire.openPairing, { body: {} });
  await firefox.open(firefox.extensionPage(`pair.html#${server.origin}|${ticket}|${hosts.join(',')}`));
  await expect.poll(text).toContain('Pair this browser');
  await firefox.click('main button');
  await expect.poll(text).toMatch(/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
  const { browserKey = '', code = '', label = '' } = await call(ada.send, wire.pairing, { body: { ticket } });
  expect(await text()).toContain(code);
  const touch = await ada.touch('pairing', { browserKey, code, label });
  await call(ada.send, wire.confirmPairing, { body: { ticket, touch } });
  await expect.poll(text).toContain('This browser is paired');
  own.clear();
  // Firefox reports the redirect to the gate as a failed load.
  await firefox.open(`${own.origin('harbour.localhost')}/queues?view=all`).catch(() => undefined);
  await expect.poll(() => firefox.run('return location.href')).toMatch(/^moz-extension:.*gate\.html#/);
  await expect.poll(text).toContain('Harbour');
  expect(own.log).toEqual([]);
});
