import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { findFirefox } from '../browser/find.ts';
import { launchFirefox, type Firefox } from '../browser/marionette.ts';
import { underPolicy } from '../browser/policy.ts';
import { startOwnConsole, type OwnConsole } from '../consoles/own/server.ts';
import { Person } from '../../server/testing/person.ts';
import { type Server, startServer } from '../harness/server.ts';
import { SOON } from '../harness/harness.ts';

const addonId = '{5c0b6a1e-2a43-4d0e-9a8b-3f1d2f6e7c11}';

test.describe.configure({ mode: 'serial' });

let firefox: Firefox;
let own: OwnConsole;
let server: Server;
let ada: Person;
let policy: Awaited<ReturnType<typeof underPolicy>>;
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
  quay:
    name: Quay
    hosts: [quay.localhost]
    start: ${own.origin('quay.localhost')}/
    mode: watch
  mole:
    name: Mole
    hosts: [mole.localhost]
    start: ${own.origin('mole.localhost')}/
    mode: read-only
    reads: [POST /login]
eligibility:
  - name: harbour-rule
    who: [ada]
    consoles: [harbour]
    levels: [change]
    durations: [PT15M]
    decides: nobody
`,
  });
  ada = new Person({ webOrigin: server.origin, rpId: 'localhost' }, 'ada');
  const { genesis } = await ada.enrol(server.setupLink.split('#')[1] ?? '');
  const configuration = { server: server.origin, genesis, hosts: ['harbour.localhost', 'pier.localhost'] };
  const { path } = await findFirefox();
  policy = await underPolicy('firefox', path, {
    policies: { '3rdparty': { Extensions: { [addonId]: configuration } } },
  });
  firefox = await launchFirefox({ addonId, program: policy.program });
});
test.afterAll(async () => {
  await firefox.close();
  await policy.remove();
  await server.stop();
  await own.stop();
});

/** Where a tab ends that is sent to a console; Firefox reports the redirect to the gate as a failed load. */
async function visit(host: string, path: string): Promise<unknown> {
  await firefox.open(`${own.origin(host)}${path}`).catch(() => undefined);
  return firefox.run('return location.href');
}
/** Sends the tab there from a page; one that is blocked without a page in its place never counts as loaded. */
const leave = (host: string) => firefox.run('location.href = args[0]', own.origin(host));
const text = () => firefox.run('return document.body?.innerText ?? ""');

test('Firefox takes the add-on, and its pages draw without an error', async () => {
  expect(await firefox.install(resolve('extension/.output/firefox-mv3'))).toBe(addonId);
  for (const [page, words] of [
    ['popup.html', 'This browser is not paired yet'],
    ['pair.html', 'This is not a pairing link'],
    ['gate.html#http://harbour.localhost/', 'not paired'],
    ['form.html#harbour', 'not paired'],
  ] as const) {
    await firefox.open(firefox.extensionPage(page));
    await expect.poll(text, { message: page }).toContain(words);
  }
});

test('with a policy Firefox shuts the consoles that it names before anybody pairs, and pairs with its server alone', async () => {
  own.clear();
  await visit('other.localhost', '/');
  await leave('pier.localhost');
  const sent = await firefox.run(
    `return fetch(args[0], { method: 'POST', mode: 'no-cors' }).then(() => 'sent', String)`,
    own.origin('pier.localhost'),
  );
  expect(sent).toMatch(/NetworkError/);
  expect(own.log.filter(({ host }) => host.startsWith('pier.'))).toEqual([]);
  await firefox.open(firefox.extensionPage('popup.html'));
  await expect.poll(text).toContain(`Sign in to ${new URL(server.origin).host} and choose`);
  const ticket = 'A'.repeat(43);
  await firefox.open(firefox.extensionPage(`pair.html#https://other.example.com|${ticket}|`));
  await expect.poll(text).toMatch(/pair only with\s+localhost:\d+/);
});

test('Firefox is paired by one button and one touch, and then shuts the console', async () => {
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
  expect(await visit('harbour.localhost', '/queues?view=all')).toMatch(/^moz-extension:.*gate\.html#/);
  await expect.poll(text).toContain('Harbour');
  expect(own.log).toEqual([]);
  // What the server's list does not name is no console any more.
  expect(await visit('pier.localhost', '/')).toBe(`${own.origin('pier.localhost')}/`);
});

test('Firefox records what is done in a console that is watched, and nothing that is typed', async () => {
  await visit('quay.localhost', '/editors');
  await expect.poll(() => firefox.run('return document.body.dataset.ready')).toBe('yes');
  await firefox.type('#tag', 'hunter2-tag');
  for (const one of ['#preview', '#suggestions span', '#tag']) await firefox.click(one);
  await firefox.send('WebDriver:SwitchToFrame', { id: 0 });
  await firefox.click('p');
  await firefox.send('WebDriver:SwitchToFrame', { id: null });
  await firefox.type('#tag', '\ue007'); // Enter
  await firefox.click('#chips button');
  const editors = {
    '#line': '#keys',
    '#rich p': '#rich',
    '#cm6 .cm-line': '#cm6 .cm-content',
    '#quill p': '#quill .ql-editor',
  };
  for (const [line, keys] of Object.entries(editors)) {
    await firefox.type(keys, 'hunter2-new');
    await firefox.click(line);
  }
  await firefox.click('h1');
  const told = async () =>
    (await call(ada.send, wire.live, {})).ungranted.map(({ detail }) => detail?.words).toReversed();
  await expect.poll(told).toContain('Clicked h1 "Editors"');
  expect((await told()).filter((one) => /^(Clicked|Went)/.test(one ?? ''))).toEqual([
    'Clicked p',
    'Clicked option',
    'Clicked field "Tag"',
    'Clicked p',
    'Went to /editors?tag=***',
    'Clicked button "Remove ***"',
    'Clicked div',
    'Clicked field "Note"',
    'Clicked field',
    'Clicked field',
    'Clicked h1 "Editors"',
  ]);
  expect(JSON.stringify((await call(ada.send, wire.live, {})).ungranted)).not.toContain('hunter2');
});

test('Firefox matches hosts exactly: a dot and a user change nothing, subdomains that are no console are untouched', async () => {
  for (const same of ['ben:secret@harbour.localhost', 'HARBOUR.localhost', 'harbour.localhost.']) {
    await visit('other.localhost', '/');
    own.clear();
    await leave(same);
    await expect
      .poll(() => firefox.run('return location.href'), { message: same })
      .toMatch(/^moz-extension:.*gate\.html#/);
    expect([same, own.log.filter(({ host }) => /^harbour/i.test(host))]).toEqual([same, []]);
  }
  expect(await visit('docs.harbour.localhost', '/keys')).toBe(`${own.origin('docs.harbour.localhost')}/keys`);
  expect(await firefox.run('return typeof harbour.keys')).toBe('object');
  for (const to of ['docs.harbour.localhost', 'elsewhere.localhost'])
    for (const method of ['GET', 'POST'])
      expect(
        await firefox.run(
          `return fetch(args[0], { method: args[1], mode: 'no-cors' }).then(() => 'answered', String)`,
          `${own.origin(to)}/api/x`,
          method,
        ),
      ).toBe('answered');
});

/** What the strip says, or why it cannot be found. Its shadow root is closed, which Marionette may look into. */
async function strip(): Promise<string> {
  const find = async (command: string, of: object) =>
    Object.values(Object(await firefox.send(command, { using: 'css selector', ...of })))[0];
  try {
    const host = await find('WebDriver:FindElement', { value: 'html > div:last-child' });
    const shadowRoot = await find('WebDriver:GetShadowRoot', { id: host });
    const value = '[aria-label^="Countersign, "]';
    const body = await find('WebDriver:FindElementFromShadowRoot', { shadowRoot, value });
    return String(await firefox.send('WebDriver:GetElementText', { id: body }));
  } catch (cause) {
    return String(cause);
  }
}
/** What was changed at a console, by its own log. */
const changed = (host: string) =>
  own.log.flatMap((line) =>
    line.host.startsWith(`${host}.`) && line.method !== 'GET' ? [`${line.method} ${line.url}`] : [],
  );

test('Firefox stops in its page what would change a console that may only be looked at; the sign-in works', async () => {
  own.clear();
  await visit('mole.localhost', '/forms');
  await firefox.type('#user input[name=user]', 'maria');
  await firefox.click('#user button');
  await expect.poll(strip).toMatch(/^Save user was blocked/);
  expect(await firefox.run('return location.pathname')).toBe('/forms');
  expect(await firefox.run('return document.querySelector("#user input").value')).toBe('maria');
  await visit('mole.localhost', '/');
  await expect.poll(strip).toMatch(/Request access$/);
  await firefox.run('await fetch("/api/queues/7", { method: "DELETE" }).catch(() => undefined)');
  await expect.poll(strip).toMatch(/^DELETE \/api\/queues\/7 was blocked/);
  await visit('mole.localhost', '/sign-in');
  await firefox.type('#sign-in input[name=user]', 'maria');
  await firefox.click('#sign-in button');
  await expect.poll(text).toContain('POST /login.');
  expect(changed('mole')).toEqual(['POST /login']);
});

test('Firefox stops what other sites and frames of no origin would change in a watched console by script; forms pass and are recorded', async () => {
  own.clear();
  await visit('elsewhere.localhost', '/');
  const outcomes = await firefox.run(
    `const post = (name) => 'fetch("' + args[0] + '/api/do/' + name + '", { method: "POST", mode: "no-cors" })' +
      '.then(() => "sent", () => "blocked")';
    const script = 'const socket = new WebSocket("' + args[0].replace('http', 'ws') + '/ticks");' +
      'Promise.all([' + post('frame') + ', new Promise((done) => Object.assign(socket,' +
      '{ onopen: () => done("sent"), onerror: () => done("blocked") }))]).then((said) => parent.postMessage(said, "*"))';
    const frame = (more) => {
      document.body.append(Object.assign(document.createElement('iframe'), more));
      return new Promise((done) => addEventListener('message', ({ data }) => done(data), { once: true }));
    };
    navigator.sendBeacon(args[0] + '/api/do/beacon', 'x');
    const html = '<script>' + script + '</script>';
    return [
      await eval(post('fetch')),
      await frame({ sandbox: 'allow-scripts', srcdoc: html }),
      await frame({ src: 'data:text/html,' + encodeURIComponent(html) }),
    ].flat();`,
    own.origin('quay.localhost'),
  );
  expect(outcomes).toEqual(Array(5).fill('blocked'));
  expect(changed('quay')).toEqual([]);
  await firefox.run(
    `document.body.innerHTML = '<form method="post" action="' + args[0] + '/users"><button>Send</button></form>'`,
    own.origin('quay.localhost'),
  );
  await firefox.click('button');
  await expect.poll(text).toContain('POST /users.');
  const told = async () => (await call(ada.send, wire.live, {})).ungranted.map(({ detail }) => detail?.words);
  await expect.poll(told).toContain('POST /users (200)');
});

test('in Firefox a grant that loses its rule in mid-session ends in every tab, window and frame, those without an address too', async () => {
  const before = await readFile(server.policyFile, 'utf8');
  await visit('harbour.localhost', '/strays');
  await expect.poll(() => firefox.run('return document.querySelector("textarea") !== null')).toBe(true);
  await firefox.type('textarea', 'Orders are stuck');
  await firefox.click('input[name$="-1"]');
  await firefox.click('input[name$="-2"]');
  await firefox.click('form button');
  await expect
    .poll(() => firefox.run('return document.querySelector("main button")?.innerText'))
    .toMatch(/^Start/);
  const handles = async () => (await firefox.send('WebDriver:GetWindowHandles')) as string[];
  const tabs = await handles();
  await firefox.click('main button');
  await expect.poll(handles).toHaveLength(tabs.length + 1);
  const window = (await handles()).find((one) => !tabs.includes(one));
  await firefox.send('WebDriver:SwitchToWindow', { handle: window });
  await expect.poll(() => firefox.run('return location.hash')).toMatch(/^#.{20}/);
  const ticket = String(await firefox.run('return location.hash')).slice(1);
  const shown = await call(ada.send, wire.showActivation, { body: { ticket } });
  const touch = ada.key.touch(ada.activation(shown));
  await call(ada.send, wire.activate, { body: { ticket, touch } });
  await firefox.send('WebDriver:SwitchToWindow', { handle: tabs[0] });
  await expect.poll(() => firefox.run('return location.pathname')).toBe('/strays');
  await firefox.run('for (const [kind, make] of Object.entries(harbour.strays)) make(kind)');
  const kinds = (await firefox.run('return Object.keys(harbour.strays)')) as string[];
  // Of no origin: they hold no socket to a console, open or not.
  const talk = kinds.filter((kind) => kind !== 'frame-data' && kind !== 'frame-sandboxed');
  const talking = () =>
    own.sockets().flatMap(({ url, heard }) => (heard > 1 ? [url.replace('/ticks?from=', '')] : []));
  await expect.poll(() => talking().toSorted()).toEqual(talk.toSorted());
  await writeFile(server.policyFile, before.replace('who: [ada]', 'who: [cleo]'));
  await expect.poll(() => own.sockets(), { timeout: SOON + 3000 }).toEqual([]);
  await expect.poll(text).toContain('The policy changed');
  await writeFile(server.policyFile, before);
});

test('in Firefox a console that policy adds later ends at our page, which has the button that allows its host', async () => {
  const before = await readFile(server.policyFile, 'utf8');
  const late = `  late:\n    name: Late\n    hosts: [late.localhost]\n    start: ${own.origin('late.localhost')}/\n    mode: closed\n`;
  await visit('other.localhost', '/');
  await writeFile(server.policyFile, before.replace('eligibility:\n', `${late}eligibility:\n`));
  await firefox.open(firefox.extensionPage('popup.html'));
  await expect.poll(() => firefox.run('return document.body?.innerText ?? ""')).toContain('late.localhost');
  await visit('other.localhost', '/');
  own.clear();
  await leave('late.localhost');
  await expect.poll(() => firefox.run('return location.href')).toMatch(/^moz-extension:.*gate\.html#/);
  await expect
    .poll(() => firefox.run('return document.body?.innerText ?? ""'))
    .toContain('Allow these hosts');
  expect(own.log.filter(({ host }) => host.startsWith('late.'))).toEqual([]);
});

test('Firefox shuts a console whose host is taken away, and says what mends it', async () => {
  await firefox.open(firefox.extensionPage('popup.html'));
  const origins = ['http://harbour.localhost/*'];
  await firefox.run('await browser.permissions.remove({ origins: args[0] })', origins);
  await expect.poll(text).toContain('Countersign needs permission for these hosts');
  await visit('other.localhost', '/');
  own.clear();
  await leave('harbour.localhost');
  await expect.poll(text).toContain('Allow Countersign on this console');
  expect(own.log).toEqual([]);
});
