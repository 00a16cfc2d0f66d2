import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { expectShut, type Harness } from '../harness/harness.ts';
import { recorded, ungranted, words } from './tools.ts';

declare const chrome: { permissions: { remove(hosts: { origins: string[] }): Promise<boolean> } };

const late = (harness: Harness, path = '/') => harness.own.origin('late.localhost') + path;
const reached = (harness: Harness) =>
  harness.own.log.filter(({ host, kind }) => host.startsWith('late.') && kind === 'request');

/** Policy names one more console, whose hosts nobody was asked for at pairing. */
async function nameIt(harness: Harness): Promise<void> {
  const file = harness.server.policyFile;
  const text = await readFile(file, 'utf8');
  const named = `  late:\n    name: Late\n    hosts: [late.localhost]\n    start: ${late(harness)}\n    mode: closed\n`;
  await writeFile(file, text.replace('eligibility:\n', `${named}eligibility:\n`));
}

const patterns = (host: string) => [`http://${host}/*`, `https://${host}/*`];

test('T33, case 97: a host taken away in mid-session shuts the console at once, and allowing it again goes on', async ({
  harness,
}) => {
  const { page } = await harness.opened('harbour', '/live');
  await expect.poll(() => harness.own.sockets().length).toBe(2);
  harness.own.clear();
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  const [insecure = ''] = patterns('harbour.localhost');
  await popup.evaluate((host) => chrome.permissions.remove({ origins: [host] }), insecure);
  await expectShut(page);
  await expect.poll(() => harness.own.sockets()).toEqual([]);
  await expect(page.getByRole('heading', { name: 'Allow Countersign on this console' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Allow these hosts' })).toBeVisible();
  await expect(popup.getByText('Countersign needs permission for these hosts')).toBeVisible();
  await expect(popup.getByText('Shut here')).toBeVisible();
  expect(harness.reached('harbour')).toEqual([]);
  const noted = async () => words(await recorded(harness, 'harbour'));
  await expect.poll(noted).toContainEqual(expect.stringMatching(/has no permission for harbour/));

  await harness.browser.grantHosts(patterns('harbour.localhost'));
  await expect.poll(() => page.url()).toBe(harness.url('harbour', '/live'));
});

test('T33, T11, case 97: a console named later is shut at once, says what is missing, and is gated once its hosts are granted', async ({
  harness,
}) => {
  const page = await harness.browser.context.newPage();
  await page.goto(late(harness, '/live'));
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  await expect.poll(() => harness.own.sockets().length).toBe(2);

  await nameIt(harness);
  await expect(popup.getByText('Countersign needs permission for these hosts')).toBeVisible();
  await expect(popup.getByText('late.localhost')).toBeVisible();
  harness.own.clear();
  const other = await harness.browser.context.newPage();
  await other.goto(late(harness)).catch(() => undefined);
  // Chromium's own page, which advises to disable extensions, is not the last word.
  await expectShut(other);
  await expect(other.getByRole('heading', { name: 'Allow Countersign on this console' })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Allow these hosts' })).toBeVisible();
  // No script of ours is in it, yet it does not stay, and its sockets go with it.
  await expectShut(page);
  await expect.poll(() => harness.own.sockets()).toEqual([]);
  expect(reached(harness)).toEqual([]);

  await harness.browser.grantHosts(patterns('late.localhost'));
  await expect(page.getByRole('heading', { name: 'Late' })).toBeVisible();
  await expect(other.getByRole('heading', { name: 'Late' })).toBeVisible();
  await expect(popup.getByText('Countersign needs permission for these hosts')).toHaveCount(0);
  expect(reached(harness)).toEqual([]);
  const noted = async () => words(await ungranted(harness, 'late'));
  await expect.poll(noted).toContainEqual(expect.stringMatching(/has no permission for .*late/));
});
