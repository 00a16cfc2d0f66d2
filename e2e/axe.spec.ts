import { writeFile } from 'node:fs/promises';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Person } from '../server/testing/person.ts';
import { findChromium } from './browser/find.ts';
import { expectAccessible } from './harness/axe.ts';
import { startServer, type Server } from './harness/server.ts';
import { atPhone, widerThanItsWindow } from './scenarios/notifications.ts';

/** Somebody with every role, signed in: on a server where nothing has happened yet, and then a great deal. */
type Scene = { server: Server; ada: Person; page: Page };

let scene: Scene;
let browser: Browser;
test.beforeAll(async () => {
  const server = await startServer({ policy: 'version: 1\nconsoles: {}\neligibility: []\n' });
  const ada = new Person({ webOrigin: server.origin, rpId: 'localhost' }, 'ada');
  const { path: executablePath } = await findChromium();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  scene = { server, ada, page: await browser.newPage({ viewport: { width: 1280, height: 900 } }) };
});
test.afterAll(async () => {
  await browser.close();
  await scene.server.stop();
});
test.describe.configure({ mode: 'serial' });

const consoles = Array.from({ length: 12 }, (_, n) => `console-${n + 1}`);
const policy = `version: 1
consoles:
${consoles.map((id) => `  ${id}:\n    name: ${id}, of a name that is longer than most\n    hosts: [${id}.example.com]\n    start: https://${id}.example.com/\n    mode: closed\n    reads: []\n`).join('')}eligibility:
  - name: everybody
    who: [ben]
    consoles: [${consoles.join(', ')}]
    levels: [view, change]
    durations: [PT15M, PT1H]
    decides: [ada, cleo]
  - name: alone
    who: [ada]
    consoles: [${consoles.join(', ')}]
    levels: [change]
    durations: [PT15M]
    decides: nobody
`;

/** Twenty-four sessions with a hundred actions in one of them, and requests in every state. */
async function liveThrough({ ada, server }: Scene) {
  const cleo = new Person(ada.place, 'cleo');
  await cleo.enrol(await ada.invite('cleo', ['approver', 'auditor']));
  const ben = new Person(ada.place, 'ben');
  await ben.enrol(await ada.invite('ben', ['engineer']));
  for (let n = 0; n < 8; n++) await ada.invite(`invited-${n}`, ['engineer']);
  await writeFile(server.policyFile, policy);
  const [browser, own] = [await ben.pair(), await ada.pair('Firefox on a laptop with a long name')];
  await expect
    .poll(async () => (await call(ada.send, wire.listConsoles, {})).consoles.length)
    .toBe(consoles.length);
  const ask = (console = '', why?: string) => ben.ask(browser, { console, seconds: 3600 }, why);
  let big = '';
  for (let n = 0; n < 24; n++) {
    const request = await ask(consoles[n % 12], `Reason number ${n}: ${'many words '.repeat(n)}`);
    if (n % 5 === 4) {
      await cleo.decide(request, 'deny');
      continue;
    }
    await cleo.decide(request, 'approve');
    const { id, session = '' } = await ben.activate(browser, request.id);
    if (n === 0) big = session;
    await browser.deliver(
      browser.batch(
        Array.from({ length: n === 0 ? 100 : 1 }, (_, at) => ({
          console: consoles[n % 12] ?? '',
          session,
          words: `Clicked button "Do ${at}"`,
          trusted: at % 7 !== 0,
        })),
      ),
    );
    if (n < 21) await cleo.revoke(id, `Reason ${n} ${'with words '.repeat(n)}`);
  }
  const request = await ask(consoles[8], `Orders are stuck\n${'and so on '.repeat(120)}`);
  for (const id of consoles.slice(5, 7)) await ask(id);
  const { id: alone } = await ada.ask(own, { console: 'console-1', seconds: 900 });
  const { ticket } = await ada.window(own, alone);
  return { request: request.id, session: big, ticket };
}

/** Signs the page in with the cookie of the key of software. */
async function comeIn({ page, ada, server }: Scene): Promise<void> {
  const [name = '', value = ''] = ada.cookie.split(/=(.*)/s);
  await page.context().addCookies([{ name, value, url: server.origin.replace('http:', 'https:') }]);
}

/** Goes there and waits until everything that the page fetches stands on it. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect(page.getByText('Loading', { exact: true })).toHaveCount(0);
}

/** Pages that show more the more there is, and those that do not. */
const growing = ['/', '/live', '/sessions', '/consoles', '/people', '/log', '/me'];
const steady = ['/pair', '/nowhere', '/second-key'];

test('nobody here yet: set-up, enrolment, sign-in', async () => {
  const { page, server, ada } = scene;
  const look = async (path: string, words: RegExp) => {
    await page.goto('about:blank');
    await page.goto(server.origin + path);
    await expect(page.getByText(words).first()).toBeVisible();
    await expectAccessible(page, path);
  };
  await look('/', /not set up yet/);
  await look(new URL(server.setupLink).pathname + new URL(server.setupLink).hash, /Name of the key/);
  await page.getByRole('button', { name: 'Enrol this key' }).click();
  await expectAccessible(page, 'enrolment with faults');
  await ada.enrol(server.setupLink.split('#')[1] ?? '');
  await look('/', /Sign in/);
  await look('/enrol', /code in this link is missing/);
  await look(`/enrol#${'A'.repeat(43)}`, /is not known here/);
  await look('/activate', /This link is incomplete/);
});

test('every page with nothing in it', async () => {
  const { page, server } = scene;
  await comeIn(scene);
  for (const path of [...growing, ...steady, `/requests/${'A'.repeat(22)}`, `/sessions/${'A'.repeat(22)}`]) {
    await open(page, server.origin + path);
    await expectAccessible(page, `${path} with nothing`);
  }
  await atPhone(page, async () => {
    await page.goto(server.origin);
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
    expect(await widerThanItsWindow(page)).toEqual([]);
    await expectAccessible(page, 'inbox with nothing, 390 px');
  });
});

test('every page with much in it', async () => {
  const { page, server } = scene;
  const { request, session, ticket } = await liveThrough(scene);
  for (const path of [...growing, `/requests/${request}`, `/activate#${ticket}`]) {
    await open(page, server.origin + path);
    await expectAccessible(page, `${path} with much`);
  }
  for (const path of ['/log', `/sessions/${session}`]) {
    await page.goto(server.origin + path);
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await expect(page.getByText('Verified in this page')).toBeVisible();
    await expectAccessible(page, `${path} verified`);
  }
  for (const [path, button] of [
    ['/people', 'Invite'],
    ['/people', 'Roles ben'],
    ['/live', 'Revoke'],
    ['/me', 'Add a key'],
    [`/requests/${request}`, 'Deny with a reason'],
  ] as const) {
    await open(page, server.origin + path);
    await page.getByRole('button', { name: button }).first().click();
    await expect(page.getByRole('dialog'), button).toBeVisible();
    await expectAccessible(page, `the dialog of ${button}`);
  }
  await atPhone(page, async () => {
    for (const path of ['/', `/requests/${request}`]) {
      await page.goto(server.origin + path);
      await expect(page.getByText(/Orders are stuck/).first()).toBeVisible();
      expect(await widerThanItsWindow(page)).toEqual([]);
      await expectAccessible(page, `${path} at 390 px`);
    }
  });
});
