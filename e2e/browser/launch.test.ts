import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';
import type { Browser } from './launch.ts';
import { virtualKey } from './virtual-key.ts';

type Perms = {
  contains(p: object): Promise<boolean>;
  request(p: object): Promise<boolean>;
  getAll(): Promise<object>;
};
declare const chrome: { permissions: Perms; runtime: { sendMessage(m: string): Promise<string> } };

let folder: string;
let browser: Browser;
const site = createServer((_, res) => res.setHeader('content-type', 'text/html').end('<title>site</title>'));
let origin: string;

beforeAll(async () => {
  await new Promise<void>((up) => site.listen(0, '127.0.0.1', up));
  const address = site.address();
  if (address === null || typeof address === 'string') throw new Error('The test site has no port.');
  origin = `http://companion.localhost:${address.port}`;
  folder = await mkdtemp(join(tmpdir(), 'countersign-probe-'));
  await mkdir(join(folder, 'extension'));
  const write = (name: string, text: string) => writeFile(join(folder, 'extension', name), text);
  await write(
    'manifest.json',
    JSON.stringify({
      manifest_version: 3,
      name: 'Probe',
      version: '1.0',
      permissions: ['storage'],
      optional_host_permissions: ['http://*/*', 'https://*/*'],
      background: { service_worker: 'worker.js' },
    }),
  );
  await write('worker.js', 'chrome.runtime.onMessage.addListener((_, __, answer) => { answer("awake"); });');
  await write('ask.html', '<button>Ask</button><output></output><script src="ask.js"></script>');
  await write(
    'ask.js',
    `document.querySelector('button').onclick = async () => {
       document.querySelector('output').textContent = await chrome.permissions.request({ origins: ['http://a.localhost/*'] });
     };`,
  );
  browser = await launchBrowser({
    extensionDir: join(folder, 'extension'),
    userDataDir: join(folder, 'profile'),
  });
});

afterAll(async () => {
  await browser.context.close().catch(() => undefined);
  site.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const register = (page: Page, residentKey: ResidentKeyRequirement) =>
  page.evaluate(async (residentKey) => {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: new Uint8Array(32),
        rp: { name: 'Companion' },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name: 'ada', displayName: 'Ada' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey, userVerification: 'required' },
      },
    });
    if (!made) throw new Error('No credential was made.');
    return made.id;
  }, residentKey);

/** Touches the key; the answer is its signature counter and its flags (UP is bit 0, UV is bit 2). */
const touch = (page: Page, id: string) =>
  page.evaluate(async (id) => {
    const raw = Uint8Array.from(atob(id.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const got = await navigator.credentials.get({
      publicKey: {
        challenge: new Uint8Array(32),
        allowCredentials: [{ type: 'public-key', id: raw }],
        userVerification: 'required',
        timeout: 3_000,
      },
    });
    if (!(got instanceof PublicKeyCredential) || !(got.response instanceof AuthenticatorAssertionResponse)) {
      throw new Error('The answer is no assertion.');
    }
    const data = new DataView(got.response.authenticatorData);
    return { flags: data.getUint8(32), count: data.getUint32(33) };
  }, id);

describe('one hardware key over many windows', () => {
  test.each(['required', 'discouraged'] as const)(
    'a %s credential follows into a popup',
    async (residentKey) => {
      const page = await browser.context.newPage();
      const key = await virtualKey(page);
      await page.goto(origin);
      const id = await register(page, residentKey);
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(() => void window.open('/popup')),
      ]);
      await key.attach(popup);
      await key.sync();
      const counts: number[] = [];
      for (const where of [page, popup, popup, page]) {
        const { flags, count } = await touch(where, id);
        expect(flags & 0b101).toBe(0b101);
        counts.push(count);
        await key.sync();
      }
      expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));

      await page.reload();
      expect((await touch(page, id)).count).toBeGreaterThan(counts.at(-1)!);
      await key.unplug();
      await expect(touch(page, id)).rejects.toThrow(/NotAllowed/);
      await key.plug();
      expect((await touch(page, id)).count).toBeGreaterThan(counts.at(-1)! + 1);
      await key.unplug();
      await Promise.all([page.close(), popup.close()]);
    },
  );

  test('windows that close at once do not disturb the key', async () => {
    const page = await browser.context.newPage();
    const key = await virtualKey(page);
    await page.goto(origin);
    const id = await register(page, 'required');
    for (let i = 0; i < 5; i += 1) await (await browser.context.newPage()).close();
    await key.sync();
    expect((await touch(page, id)).count).toBeGreaterThan(1);
    expect(await key.credentials()).toMatchObject([
      { isResidentCredential: true, rpId: 'companion.localhost' },
    ]);
    await key.unplug();
    await page.close();
  });
});

describe('optional hosts without a bubble', () => {
  test('a click that asks for an allowed host is answered true', async () => {
    const page = await browser.context.newPage();
    await page.goto(browser.extensionPage('ask.html'));
    const has = (origins: string[]) =>
      page.evaluate((o) => chrome.permissions.contains({ origins: o }), origins);
    await browser.allowHosts(['http://a.localhost/*']);
    expect(await has(['http://a.localhost/*'])).toBe(false);
    await page.click('button');
    await page.waitForFunction(() => document.querySelector('output')?.textContent === 'true');
    expect(await has(['http://a.localhost/*'])).toBe(true);

    await browser.grantHosts(['http://*.b.localhost/*', 'https://c.example/*']);
    expect(await has(['http://*.b.localhost/*', 'https://c.example/*'])).toBe(true);
    expect(await has(['http://d.localhost/*'])).toBe(false);
    await page.close();
  });
});

test('workers are stopped, forget what they held, and come back for a message', async () => {
  const worker = await browser.worker();
  await worker.evaluate(() => Object.assign(globalThis, { mark: 'here' }));
  await browser.stopWorkers();
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage('ask.html'));
  expect(await page.evaluate(() => chrome.runtime.sendMessage('hello'))).toBe('awake');
  expect(await worker.evaluate(() => 'mark' in globalThis)).toBe(false);
  await page.close();
});

test('a killed browser starts again with its profile and its hosts', { timeout: 60_000 }, async () => {
  await new Promise((settled) => setTimeout(settled, 10_000));
  const before = browser.extensionId;
  await browser.killBrowser();
  browser = await launchBrowser({
    extensionDir: join(folder, 'extension'),
    userDataDir: browser.userDataDir,
  });
  expect(browser.extensionId).toBe(before);
  const worker = await browser.worker();
  expect(
    await worker.evaluate(() => chrome.permissions.contains({ origins: ['http://a.localhost/*'] })),
  ).toBe(true);
});
