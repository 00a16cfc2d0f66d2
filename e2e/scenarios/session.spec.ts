import type { Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Person } from '../harness/people.ts';
import { expectShut, SOON, type Harness } from '../harness/harness.ts';
import { StripOver } from '../harness/strip.ts';
import { expect, test } from './fixtures.ts';

/** The toolbar's popup, as a tab of its own. */
async function popup({ browser }: Harness): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage('popup.html'));
  return page;
}

/** cleo approves what waits, in her browser. */
async function approve({ page }: Person, origin: string, duration?: string): Promise<void> {
  await page.goto(origin);
  await page.getByRole('link', { name: /^ben.*Waiting/ }).click();
  if (duration !== undefined) await page.getByRole('radio', { name: duration, exact: true }).check();
  await page.getByRole('button', { name: 'Approve with your key' }).click();
  await expect(page.getByText('Outcome')).toBeVisible();
}

const minutes = (text: string | null | undefined): number => Number(/(\d+) min/.exec(text ?? '')?.[1] ?? NaN);

/** Verify on the page that stands open is green, and none of what it checked failed or could not be judged. */
async function expectVerified(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(page.getByText('Verified in this page')).toBeVisible();
  const checked = page.getByRole('list', { name: 'What was checked' }).getByRole('listitem');
  expect(await checked.count()).toBeGreaterThan(4);
  await expect(checked.filter({ hasText: /^(Fails|Cannot judge)/ })).toHaveCount(0);
}

test('started with one touch and no sign-in, at the address first asked for; more time grows everywhere', async ({
  harness,
  cleo,
}) => {
  const page = await harness.tab('harbour', '/forms?tab=2');
  await harness.ask(page, { duration: '15 minutes' });
  await approve(cleo, harness.server.origin, '10 minutes');
  const signedIn = await harness.ben.context.cookies();
  await harness.ben.context.clearCookies();
  await harness.start(page);
  await page.waitForURL(harness.url('harbour', '/forms?tab=2'));
  await expect(page.getByRole('heading', { name: 'Credentials of a user' })).toBeVisible();
  expect((await harness.ben.context.cookies()).filter(({ name }) => name.includes('countersign'))).toEqual(
    [],
  );
  await harness.ben.context.addCookies(signedIn);

  const strip = new StripOver(page);
  await expect.poll(async () => (await strip.shown())?.words).toMatch(/^Change access (9|10) min$/);
  expect((await strip.shown())?.buttons).toEqual(['Extend', 'End']);
  const bar = await popup(harness);
  const running = bar.getByRole('region', { name: 'Running sessions' }).getByRole('listitem');
  await expect(running).toHaveCount(1);
  await expect(running.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await expect(running.getByRole('button', { name: 'End now Harbour' })).toBeVisible();
  await expect(running.getByRole('button', { name: 'Extend Harbour' })).toBeVisible();
  const left = running.getByRole('timer');
  await expect(left).toHaveText(/^(9|10) min$/);
  await cleo.page.goto(`${harness.server.origin}/live`);
  const live = cleo.page.getByRole('timer');
  await expect(live).toHaveText(/^(9|10) min$/);

  await page.bringToFront();
  await strip.press('Extend');
  await expect.poll(() => page.frames().some((frame) => frame.url().includes('form.html'))).toBe(true);
  const form = page.frames().find((frame) => frame.url().includes('form.html'));
  if (!form) throw new Error('the form did not open');
  await form.getByRole('radio', { name: '15 minutes', exact: true }).check();
  await form.getByLabel('Justification').fill('The queue drains slowly');
  await form.getByRole('button', { name: /^Request extension/ }).click();
  await expect(form.getByText('Waiting for approval')).toBeVisible();
  await approve(cleo, harness.server.origin);
  await expect.poll(async () => minutes((await strip.shown())?.words)).toBeGreaterThanOrEqual(24);
  await expect(left).toHaveText(/^2[45] min$/);
  await cleo.page.goto(`${harness.server.origin}/live`);
  await expect(live).toHaveText(/^2[45] min$/);
  await expect.poll(() => page.frames().some((frame) => frame.url().includes('form.html'))).toBe(false);

  await running.getByRole('button', { name: 'End now Harbour' }).click();
  await running.getByRole('button', { name: 'End now', exact: true }).click();
  await expectShut(page);
  await expect(page.getByText('You ended this session')).toBeVisible();
  await expect(cleo.page.getByText('No sessions running.')).toBeVisible();
});

test('in words within two seconds, revoked with a reason, and proven afterwards', async ({
  harness,
  cleo,
}) => {
  const { page: office } = cleo;
  const { page } = await harness.opened('harbour');
  await office.goto(`${harness.server.origin}/live`);
  await expect(office.getByRole('heading', { name: 'ben · Harbour' })).toBeVisible();
  await page.bringToFront();

  // The moment is the console's own: when its access log saw the request.
  for (const [press, words, request] of [
    ['Purge orders', /Clicked button "Purge orders"/, '/api/do/purge/orders'],
    ['Restart eu-2', /Clicked button "Restart eu-2"/, '/api/do/restart'],
  ] as const) {
    const line = office.getByRole('listitem').filter({ hasText: words });
    await expect(line).toHaveCount(0);
    const shown = line.waitFor().then(() => Date.now());
    await page.getByRole('button', { name: press }).click();
    const seen = await shown;
    const saw = harness.own.log.find(({ url }) => url === request)?.at ?? NaN;
    expect(seen - saw).toBeLessThan(2000);
  }

  await office.getByRole('button', { name: 'Revoke' }).click();
  const dialog = office.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Revoke now' }).click();
  await expect(dialog.getByText('Give a reason in a sentence')).toBeVisible();
  await dialog.getByLabel('Reason').fill('Wrong region, see INC-7');
  await dialog.getByRole('button', { name: 'Revoke now' }).click();
  await expectShut(page);
  await expect(page.getByText('Access was revoked by cleo')).toBeVisible();
  await expect(page.getByText('Wrong region, see INC-7')).toBeVisible();

  await test.step('the auditor reads it whole, in order, and Verify is green', async () => {
    await office.goto(`${harness.server.origin}/sessions`);
    await office.getByRole('link', { name: 'ben on Harbour' }).first().click();
    const lines = office.getByRole('list', { name: 'What happened, in log order' }).locator(':scope > li');
    const order = [
      /Requested access to change Harbour for 15 minutes.*by ben.*Orders are stuck/,
      /Approved ben to change Harbour for 15 minutes.*by cleo.*Signed with cleo's key, unattested/,
      /Started Harbour.*by ben/,
      /Clicked button "Purge orders"/,
      /Clicked button "Restart eu-2"/,
      /Revoked the access of ben to Harbour.*by cleo.*Wrong region, see INC-7/,
    ];
    await expect(lines.filter({ hasText: 'Revoked the access' })).toBeVisible();
    const read = (await lines.allTextContents()).map((text) => order.findIndex((one) => one.test(text)));
    expect(read.filter((at) => at !== -1)).toEqual([0, 1, 2, 3, 4, 5]);
    await expectVerified(office);
  });

  await test.step('the whole log verifies on its page', async () => {
    await office.goto(`${harness.server.origin}/log`);
    await expectVerified(office);
  });

  await test.step('the engineer reads the own session whole, and nobody else’s', async () => {
    const { page: own } = harness.ben;
    await own.goto(`${harness.server.origin}/sessions`);
    await own.getByRole('link', { name: 'Harbour' }).first().click();
    for (const words of [
      'Requested access to change',
      'Approved ben',
      'Started harbour',
      'Restart eu-2',
      'Revoked the access',
    ])
      await expect(own.getByRole('listitem').filter({ hasText: words }).first()).toBeVisible();
    await expect(own.getByText('Wrong region, see INC-7').first()).toBeVisible();
    await expectVerified(own);
    await own.goto(`${harness.server.origin}/live`);
    await expect(own.getByText('Your role does not allow this')).toBeVisible();
  });
});

test('nobody decides: the own touch opens it, marked in every view and in the log', async ({
  harness,
  cleo,
}) => {
  const { page: office } = cleo;
  const page = await harness.tab('buoy');
  await expect(page.getByText('No approval needed. You start it with your own key')).toBeVisible();
  await harness.ask(page, { duration: '5 minutes' });
  await expect(page.getByText('No approval needed', { exact: true })).toBeVisible();
  await expect(page.getByText('Self-approved', { exact: true })).toBeVisible();
  const opened = harness.browser.context.waitForEvent('page');
  await page.getByRole('button', { name: /^Start/ }).click();
  const window = await opened;
  await harness.ben.key.attach(window);
  await expect(window.getByText(/^No approver is needed\b.*self-approved/)).toBeVisible();
  await window.getByRole('button', { name: /^Start with/ }).click();
  await page.waitForURL(harness.url('buoy'));

  await expect
    .poll(() => new StripOver(page).shown())
    .toMatchObject({ words: expect.stringMatching(/self-approved/i) });
  const mark = (place: Page) => place.getByText('Self-approved', { exact: true });
  await expect(mark(await popup(harness))).toBeVisible();
  await office.goto(`${harness.server.origin}/live`);
  await expect(mark(office)).toBeVisible();
  await office.getByRole('link', { name: 'Open session' }).click();
  await expect(mark(office)).toBeVisible();
  await expect(office.getByText('Started buoy, self-approved')).toBeVisible();
  await expectVerified(office);
  await office.goto(`${harness.server.origin}/sessions`);
  await expect(mark(office).first()).toBeVisible();
  await office.goto(`${harness.server.origin}/log`);
  await expect(office.getByText('Started buoy, self-approved').first()).toBeVisible();
});

test('at its time’s end it shuts by itself, and the record says how', async ({ harness, cleo }) => {
  const { page } = await harness.opened('harbour', '/', { seconds: 5 });
  await expectShut(page, 5000 + SOON);
  await expect(page.getByText('Time ran out')).toBeVisible();
  const { sessions } = await call(harness.cleo.send, wire.listSessions, { query: { whose: 'all' } });
  await cleo.page.goto(`${harness.server.origin}/sessions/${sessions[0]?.id}`);
  await expect(cleo.page.getByText('The access of ben to harbour ran out')).toBeVisible();
  await expect(cleo.page.getByRole('definition').filter({ hasText: 'Time ran out' })).toBeVisible();
});
