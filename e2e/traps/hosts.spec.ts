import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { expectShut, type Stage } from '../harness/harness.ts';
import { recorded, ungranted, words } from './tools.ts';

declare const chrome: { permissions: { remove(hosts: { origins: string[] }): Promise<boolean> } };

const late = (stage: Stage, path = '/') => stage.own.origin('late.localhost') + path;
const reached = (stage: Stage) =>
  stage.own.log.filter(({ host, kind }) => host.startsWith('late.') && kind === 'request');

/** Policy names one more console, whose hosts nobody was asked for at pairing. */
async function nameIt(stage: Stage): Promise<void> {
  const file = stage.server.policyFile;
  const text = await readFile(file, 'utf8');
  const named = `  late:\n    name: Late\n    hosts: [late.localhost]\n    start: ${late(stage)}\n    mode: closed\n`;
  await writeFile(file, text.replace('eligibility:\n', `${named}eligibility:\n`));
}

const patterns = (host: string) => [`http://${host}/*`, `https://${host}/*`];

test('T33, case 97: a host taken away in mid-session shuts the console at once, and allowing it again goes on', async ({
  stage,
}) => {
  const { page } = await stage.opened('harbour', '/live');
  await expect.poll(() => stage.own.sockets().length).toBe(2);
  stage.own.clear();
  const popup = await stage.browser.context.newPage();
  await popup.goto(stage.browser.extensionPage('popup.html'));
  const [insecure = ''] = patterns('harbour.localhost');
  await popup.evaluate((host) => chrome.permissions.remove({ origins: [host] }), insecure);
  await expectShut(page);
  await expect.poll(() => stage.own.sockets()).toEqual([]);
  await expect(page.getByRole('heading', { name: 'Allow Countersign on this console' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Allow these hosts' })).toBeVisible();
  await expect(popup.getByText('Countersign needs permission for these hosts')).toBeVisible();
  await expect(popup.getByText('Shut here')).toBeVisible();
  expect(stage.reached('harbour')).toEqual([]);
  const noted = async () => words(await recorded(stage, 'harbour'));
  await expect.poll(noted).toContainEqual(expect.stringMatching(/has no permission for harbour/));

  await stage.browser.grantHosts(patterns('harbour.localhost'));
  await expect.poll(() => page.url()).toBe(stage.url('harbour', '/live'));
});

test('T33, T11, case 97: a console named later is shut at once, says what is missing, and is gated once its hosts are granted', async ({
  stage,
}) => {
  const page = await stage.browser.context.newPage();
  await page.goto(late(stage, '/live'));
  const popup = await stage.browser.context.newPage();
  await popup.goto(stage.browser.extensionPage('popup.html'));
  await expect.poll(() => stage.own.sockets().length).toBe(2);

  await nameIt(stage);
  await expect(popup.getByText('Countersign needs permission for these hosts')).toBeVisible();
  await expect(popup.getByText('late.localhost')).toBeVisible();
  stage.own.clear();
  const other = await stage.browser.context.newPage();
  await other.goto(late(stage)).catch(() => undefined);
  // Chromium's own page, which advises to disable extensions, is not the last word.
  await expectShut(other);
  await expect(other.getByRole('heading', { name: 'Allow Countersign on this console' })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Allow these hosts' })).toBeVisible();
  // No script of ours is in it, yet it does not stay, and its sockets go with it.
  await expectShut(page);
  await expect.poll(() => stage.own.sockets()).toEqual([]);
  expect(reached(stage)).toEqual([]);

  await stage.browser.grantHosts(patterns('late.localhost'));
  await expect(page.getByRole('heading', { name: 'Late' })).toBeVisible();
  await expect(other.getByRole('heading', { name: 'Late' })).toBeVisible();
  await expect(popup.getByText('Countersign needs permission for these hosts')).toHaveCount(0);
  expect(reached(stage)).toEqual([]);
  const noted = async () => words(await ungranted(stage, 'late'));
  await expect.poll(noted).toContainEqual(expect.stringMatching(/has no permission for .*late/));
});
