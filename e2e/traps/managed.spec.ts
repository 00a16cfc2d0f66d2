import { expect, test, type Page } from '@playwright/test';
import { findChromium } from '../browser/find.ts';
import { type Browser, launchBrowser } from '../browser/launch.ts';
import { rollOut, type RolledOut, underPolicy } from '../browser/policy.ts';
import { startOwnConsole, type OwnConsole } from '../consoles/own/server.ts';
import { Person } from '../../server/testing/person.ts';
import { extensionDir } from '../harness/harness.ts';
import { type Server, startServer } from '../harness/server.ts';

/** Chromium with the extension installed by policy, as docs/operating.md says, and configured by it. */

test.describe.configure({ mode: 'serial' });

let own: OwnConsole;
let server: Server;
let rolledOut: RolledOut;
let policy: Awaited<ReturnType<typeof underPolicy>>;
let browser: Browser;
test.beforeAll(async () => {
  own = await startOwnConsole();
  server = await startServer();
  const ada = new Person({ webOrigin: server.origin, rpId: 'localhost' }, 'ada');
  const { genesis } = await ada.enrol(server.setupLink.split('#')[1] ?? '');
  rolledOut = await rollOut(extensionDir);
  const { id, updateUrl } = rolledOut;
  policy = await underPolicy('chromium', (await findChromium()).path, {
    // By default nobody may look into an extension that policy installs, a test neither.
    DeveloperToolsAvailability: 1,
    ExtensionSettings: {
      '*': { installation_mode: 'blocked' },
      [id]: { installation_mode: 'force_installed', update_url: updateUrl },
    },
    '3rdparty': {
      extensions: {
        [id]: { server: server.origin, genesis, hosts: ['harbour.localhost', 'pier.localhost'] },
      },
    },
  });
  browser = await launchBrowser({ program: policy.program });
});
test.afterAll(async () => {
  await browser.close();
  await policy.remove();
  await rolledOut.stop();
  await server.stop();
  await own.stop();
});

async function at(url: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(url).catch(() => undefined);
  return page;
}
const reached = (host: string) =>
  own.log.filter((line) => line.host.startsWith(host) && line.url !== '/favicon.ico').map(({ url }) => url);

test('T12, case 96: a forced install shuts what its policy names from the first start, and leads to the one server', async () => {
  const popup = await at(browser.extensionPage('popup.html'));
  await expect(popup.getByText(`Sign in to ${new URL(server.origin).host} and choose`)).toBeVisible();
  await expect(popup.getByRole('button', { name: 'Pair this browser' })).toBeVisible();
  own.clear();
  for (const host of ['harbour.localhost', 'pier.localhost']) {
    await (await at(`${own.origin(host)}/queues`)).close();
    const page = await at(`${own.origin('other.localhost')}/`);
    const sent = page.evaluate((url) => fetch(url, { method: 'POST', mode: 'no-cors' }), own.origin(host));
    await expect(sent).rejects.toThrow(/Failed to fetch/);
    expect(reached(host)).toEqual([]);
  }
  expect(reached('other')).not.toEqual([]);
});

test('case 96: it pairs with no other server, whoever asks', async () => {
  const ticket = 'A'.repeat(43);
  const page = await at(browser.extensionPage(`pair.html#https://other.example.com|${ticket}|`));
  await expect(page.getByText(/pair only with localhost:\d+/)).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  const message = { type: 'pair', input: { server: 'https://other.example.com', ticket } };
  const asked = await page.evaluate(`chrome.runtime.sendMessage(${JSON.stringify(message)})`);
  expect(asked).toMatchObject({ ok: false, code: 'forbidden' });
  await page.goto(browser.extensionPage(`pair.html#${server.origin}|${ticket}|harbour.localhost`));
  await expect(page.getByRole('button', { name: 'Pair this browser' })).toBeVisible();
});
