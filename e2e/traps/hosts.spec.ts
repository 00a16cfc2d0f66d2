import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { expectShut, type Stage } from '../stage/stage.ts';
import { ungranted, words } from './tools.ts';

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

test('T33, T11: a console named later is shut at once, says what is missing, and is gated once its hosts are granted', async ({
  stage,
}) => {
  const page = await stage.browser.context.newPage();
  await page.goto(late(stage, '/live'));
  const popup = await stage.browser.context.newPage();
  await popup.goto(stage.browser.extensionPage('popup.html'));
  await expect.poll(() => stage.own.sockets().length).toBe(2);

  await nameIt(stage);
  await expect(popup.getByText('Countersign may not see these hosts')).toBeVisible();
  await expect(popup.getByText('late.localhost')).toBeVisible();
  stage.own.clear();
  const other = await stage.browser.context.newPage();
  await expect(other.goto(late(stage))).rejects.toThrow(/ERR_BLOCKED_BY_CLIENT/);
  const sent = page.evaluate(() => fetch('/api/do/purge', { method: 'POST' }).then(() => 'sent'));
  await expect(sent).rejects.toThrow(/Failed to fetch/);
  expect(reached(stage)).toEqual([]);

  await stage.browser.grantHosts(['http://late.localhost/*', 'https://late.localhost/*']);
  await expectShut(page);
  await expect(page.getByRole('heading', { name: 'Late' })).toBeVisible();
  await expect.poll(() => stage.own.sockets()).toEqual([]);
  await other.goto(late(stage)).catch(() => undefined);
  await expectShut(other);
  await expect(popup.getByText('Countersign may not see these hosts')).toHaveCount(0);
  expect(reached(stage)).toEqual([]);
  const noted = async () => words(await ungranted(stage, 'late'));
  await expect.poll(noted).toContainEqual(expect.stringMatching(/does not allow Countersign to see .*late/));
});
