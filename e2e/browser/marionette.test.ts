import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../consoles/ports.ts';
import { launchFirefox } from './marionette.ts';
import type { Firefox } from './marionette.ts';

const addonId = 'probe@countersign.example';
const site = createServer((_, res) => res.setHeader('content-type', 'text/html').end('<title>site</title>'));
let folder: string;
let origin: string;
let firefox: Firefox;

beforeAll(async () => {
  origin = `http://companion.localhost:${await listen(site, 0)}`;
  folder = await mkdtemp(join(tmpdir(), 'countersign-probe-'));
  const manifest = {
    manifest_version: 3,
    name: 'Probe',
    version: '1.0',
    browser_specific_settings: { gecko: { id: addonId } },
    permissions: ['storage'],
    optional_host_permissions: ['http://*/*'],
    background: { scripts: ['background.js'] },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(
    join(folder, 'background.js'),
    'const born = Math.random(); browser.runtime.onMessage.addListener(async () => born);',
  );
  await writeFile(join(folder, 'ask.html'), '<button>Ask</button><script src="ask.js"></script>');
  await writeFile(
    join(folder, 'ask.js'),
    `document.querySelector('button').onclick = async () => {
       document.title = await browser.permissions.request({ origins: ['http://a.localhost/*'] });
     };`,
  );
  firefox = await launchFirefox({ addonId });
}, 60_000);

afterAll(async () => {
  await firefox?.close();
  site.close();
  await rm(folder, { recursive: true, force: true });
});

test('an add-on is installed, its page opened, and a click grants its hosts', async () => {
  expect(await firefox.install(folder)).toBe(addonId);
  await firefox.open(firefox.extensionPage('ask.html'));
  const has = () => firefox.run("return browser.permissions.contains({ origins: ['http://a.localhost/*'] })");
  expect(await has()).toBe(false);
  await firefox.click('button');
  await expect.poll(() => firefox.run('return document.title')).toBe('true');
  expect(await has()).toBe(true);
  await expect(firefox.run("throw new Error('said the page')")).rejects.toThrow('said the page');
  expect(await firefox.run('return args[0] + args[1]', 2, 3)).toBe(5);
});

test('the background stops, and a message starts it anew', async () => {
  await firefox.open(firefox.extensionPage('ask.html'));
  const born = () => firefox.run('return browser.runtime.sendMessage({})');
  const first = await born();
  expect(await born()).toBe(first);
  await firefox.stopBackground();
  expect(await born()).not.toBe(first);
});

test('a hardware key is touched on a page of the server', async () => {
  await firefox.plugKey();
  await firefox.open(origin);
  const flags = await firefox.run(`
    const made = await navigator.credentials.create({ publicKey: {
      challenge: new Uint8Array(32), rp: { name: 'Companion' },
      user: { id: new Uint8Array(16), name: 'ada', displayName: 'Ada' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { userVerification: 'required' } } });
    const got = await navigator.credentials.get({ publicKey: {
      challenge: new Uint8Array(32), userVerification: 'required',
      allowCredentials: [{ type: 'public-key', id: made.rawId }] } });
    return new Uint8Array(got.response.authenticatorData)[32] & 0b101`);
  expect(flags).toBe(0b101);
});
