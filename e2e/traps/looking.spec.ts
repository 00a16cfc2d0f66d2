import type { Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '../fixtures.ts';
import { StripOver } from '../stage/strip.ts';
import { formIn, pause, pressStrip, recorded, ungranted, words } from './tools.ts';

/** Presses a button whose form is stopped. Playwright would wait for where it leads until the address is set anew. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click({ noWaitAfter: true });
  await page.evaluate(() => history.replaceState(null, '', location.href));
}

/** What the strip says, polled. */
const says = (page: Page) => expect.poll(async () => (await new StripOver(page).shown())?.words);

test('read-only: what would change something is stopped in its page, and the strip says what; the sign-in works', async ({
  stage,
}) => {
  const page = await stage.tab('mole', '/forms');
  await page.getByLabel('User', { exact: true }).fill('maria');
  await press(page, 'Save user');
  await says(page).toBe('Save user was stopped: you may only look');
  // By form.submit(), which fires no submit event.
  await press(page, 'Rotate keys');
  await says(page).toBe('Rotate keys was stopped: you may only look');
  await expect(page).toHaveURL(stage.url('mole', '/forms'));
  await expect(page.getByLabel('User', { exact: true })).toHaveValue('maria');

  // Into another tab no page can stop it; there it ends on our page, not on the browser's.
  await page.locator('#user').evaluate((form: HTMLFormElement) => (form.target = '_blank'));
  const opened = page.context().waitForEvent('page');
  await press(page, 'Save user');
  await expect(
    (await opened).getByText('This was stopped: you may only look. Nothing was sent.'),
  ).toBeVisible();

  await page.goto(stage.url('mole'));
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await says(page).toBe('Purge orders was stopped: you may only look');
  expect(await new StripOver(page).shown()).toMatchObject({ buttons: ['Request access'] });
  await pause(2000); // until then it would be the press's doing
  await page.evaluate(() => fetch('/api/queues/7', { method: 'DELETE' }).catch(() => undefined));
  await says(page).toBe('DELETE /api/queues/7 was stopped: you may only look');
  const sent = () => stage.reached('mole').filter((line) => !line.startsWith('GET'));
  expect(sent()).toEqual([]);

  await page.goto(stage.url('mole', '/sign-in'));
  await page.getByLabel('User').fill('maria');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('POST /login.')).toBeVisible();
  expect(sent()).toEqual(['POST /login']);
  const told = async () => words(await ungranted(stage, 'mole')).join('\n');
  for (const what of ['POST /users', 'POST /rotate', 'POST /api/do/purge/orders', 'DELETE /api/queues/7'])
    await expect.poll(told).toContain(`${what} (stopped)`);
});

test('a grant to view: the page stays, and Request access leads to changing', async ({ stage }) => {
  const { page } = await stage.opened('harbour', '/forms', { level: 'View' });
  await press(page, 'Save user');
  await says(page).toMatch(/^Save user was stopped: you may only look/);
  await pressStrip(page, 'Request access');
  const form = await formIn(page);
  await stage.ask(form);
  await stage.cleo.decide(await stage.waiting(), 'approve');
  await stage.start(form);
  await says(page).toMatch(/^Open to change/);
  await page.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByText('POST /users.')).toBeVisible();
  expect(words(await recorded(stage, 'harbour')).join('\n')).not.toContain('(stopped)');
  await pressStrip(page, 'End');
  await pressStrip(page, 'End now?');
  await expect(page).toHaveURL(/gate\.html#/);
  const running = async () =>
    (await call(stage.cleo.send, wire.live, {})).sessions.filter(
      ({ session }) => session.ended === undefined,
    );
  await expect.poll(running, 'both grants ended').toEqual([]);
});
