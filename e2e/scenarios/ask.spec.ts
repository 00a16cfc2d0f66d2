import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expectShut } from '../harness/harness.ts';
import { expect, test } from './fixtures.ts';
import { atPhone, told, widerThanItsWindow } from './notifications.ts';

declare const chrome: { runtime: { sendMessage(message: object): Promise<unknown> } };

test('closed: the form in its place, an ask without a touch, waiting, withdrawn, asked again', async ({
  harness,
  cleo,
}) => {
  const page = await harness.tab('harbour', '/queues?view=all');
  await expectShut(page);

  await test.step('the form says name, levels, durations and what will be recorded', async () => {
    await expect(page.getByRole('heading', { name: 'Harbour' })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Access level' }).getByRole('radio')).toHaveCount(2);
    await expect(page.getByRole('radio', { name: /^Change/ })).toBeChecked();
    const durations = page.getByRole('group', { name: 'Duration' }).getByRole('radio');
    await expect(durations).toHaveCount(4);
    for (const name of ['1 minute', '5 minutes', '15 minutes', '1 hour'])
      await expect(page.getByRole('radio', { name, exact: true })).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: 'recorded' })).toHaveCount(1);
    await expect(page.getByText('Needs approval from cleo.')).toBeVisible();
  });

  const why = page.getByLabel('Justification');
  const ask = page.getByRole('button', { name: /^Request access/ });
  await test.step('an empty justification, or one of blanks, is refused with what to do', async () => {
    await ask.click();
    await expect(page.getByText('Say in a sentence why you need access')).toBeVisible();
    await expect(why).toBeFocused();
    await why.fill(' \u{2003}\u{200b}\n ');
    await ask.click();
    await expect(page.getByText('Say in a sentence why you need access')).toBeVisible();
    expect((await call(harness.cleo.send, wire.inbox, {})).toDecide).toEqual([]);
  });

  await test.step('the waiting screen says who can decide, since when they are online, and gives a link', async () => {
    await why.fill('Orders are stuck');
    await ask.press('Enter');
    await expect(page.getByRole('heading', { name: 'Waiting for approval' })).toBeFocused();
    const decider = page.getByRole('listitem').filter({ hasText: 'cleo' });
    await expect(decider).toContainText(/online since \d\d:\d\d/);
    await harness.browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link for an approver' }).click();
    const request = await harness.waiting();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(`${harness.server.origin}/requests/${request.id}`);
    await cleo.page.goto(`${harness.server.origin}/requests/${request.id}`);
    await expect(
      cleo.page.getByRole('heading', { name: /ben requests change access to Harbour/ }),
    ).toBeVisible();
  });

  await test.step('a second ask, or one outside policy, is refused with a sentence', async () => {
    const asked = { console: 'harbour', level: 'change', justification: 'Orders', ticket: '', address: '' };
    const ask = (change: object): Promise<unknown> =>
      page.evaluate((input) => chrome.runtime.sendMessage({ type: 'ask', input }), {
        ...asked,
        seconds: 900,
        extends: '',
        ...change,
      });
    expect(await ask({})).toMatchObject({
      code: 'already_asked',
      sentence:
        'You already have an open request for this console. Wait for a decision, or withdraw it first.',
    });
    expect(await ask({ console: 'quay', seconds: 7200 })).toMatchObject({
      code: 'outside_policy',
      sentence: expect.stringMatching(/\w+ \w+.*\./),
    });
    expect(await ask({ console: 'nowhere' })).toMatchObject({ ok: false });
    expect((await call(harness.cleo.send, wire.inbox, {})).toDecide).toHaveLength(1);
  });

  await test.step('what was requested is saved under a name', async () => {
    await page.getByRole('button', { name: 'Save as template' }).click();
    await page.getByRole('textbox', { name: 'Template name' }).fill('Stuck orders');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Saved as “Stuck orders”')).toBeVisible();
  });

  await test.step('withdrawn, the approver has nothing to decide, and the form stands there again', async () => {
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('button', { name: 'Withdraw request' }).click();
    await expect(page.getByLabel('Justification')).toHaveValue('Orders are stuck');
    await expect(page.getByLabel('Justification')).toBeFocused();
    await expect(cleo.page.getByText('Withdrawn by the engineer.')).toBeVisible();
  });

  await test.step('a template fills the form in, and one that is deleted is gone', async () => {
    await page.reload();
    const templates = page.getByRole('region', { name: 'Templates' });
    await expect(templates.getByRole('button', { name: 'Stuck orders', exact: true })).toBeVisible();
    await page.getByLabel('Justification').fill('Something else');
    await templates.getByRole('button', { name: 'Stuck orders', exact: true }).click();
    await expect(page.getByLabel('Justification')).toHaveValue('Orders are stuck');
    await templates.getByRole('button', { name: 'Delete the template Stuck orders' }).click();
    await page.getByRole('button', { name: 'Delete template' }).click();
    await expect(templates).toHaveCount(0);
    await expect(page.getByLabel('Justification')).toHaveValue('Orders are stuck');
    await ask.click();
    await expect(page.getByText('Waiting for approval')).toBeVisible();
  });
  expect(harness.reached('harbour')).toEqual([]);
});

test('the approver is told without reloading, shortens at 390 px, and signs exactly what stands there', async ({
  harness,
  cleo,
}) => {
  const { page: office } = cleo;
  const notes = await told(cleo);
  await office.goto(`${harness.server.origin}/people`);
  await expect(office).toHaveTitle('People · Countersign');
  const page = await harness.tab('harbour');
  await harness.ask(page, { duration: '1 hour', why: 'Orders are stuck since 02:10' });
  await expect(office).toHaveTitle('(1) People · Countersign');
  await expect
    .poll(notes)
    .toEqual([{ title: 'A request needs you', body: 'ben requests change access to Harbour for 1 hour.' }]);

  await atPhone(office, async () => {
    await office.goto(harness.server.origin);
    const row = office.getByRole('link', { name: /ben.*Harbour.*since 02:10/ });
    await expect(row).toBeVisible();
    expect(await widerThanItsWindow(office)).toEqual([]);
    await row.click();
    await expect(office.getByText('Orders are stuck since 02:10')).toBeVisible();
    expect(await widerThanItsWindow(office)).toEqual([]);
    await office.getByRole('radio', { name: '15 minutes' }).check();
    const until = office.getByRole('definition').filter({ hasText: '15 minutes from now' }).locator('time');
    const drawn = Date.parse((await until.getAttribute('datetime')) ?? '');
    await office.getByRole('button', { name: 'Approve with your key' }).press('Enter');
    await expect(office.getByRole('heading', { name: 'Outcome' })).toBeFocused();
    expect(await widerThanItsWindow(office)).toEqual([]);

    const decided = await office.request.get(`${harness.server.origin}/api/log/entries?type=request.decided`);
    const { entries } = (await decided.json()) as { entries: { index: number; words: string }[] };
    expect(entries[0]?.words).toBe('Approved ben to change harbour for 15 minutes');
    // The same moment on the engineer's side, and about fifteen minutes away, not the hour that was asked for.
    expect(drawn - Date.now()).toBeLessThan(15 * 60_000);
    await expect(page.getByText('Approved by cleo')).toBeVisible();
    const start = page.getByRole('definition').locator('time').first();
    await expect(start).toHaveAttribute('datetime', new Date(drawn).toISOString());
  });
  await harness.start(page);
  await page.waitForURL(harness.url('harbour'));
});

test('denied with a reason, which the engineer reads at once', async ({ harness, cleo }) => {
  const { page: office } = cleo;
  const page = await harness.tab('harbour');
  await harness.ask(page);
  await office.getByRole('link', { name: /^ben.*Waiting/ }).click();
  await office.getByRole('button', { name: 'Deny with a reason' }).click();
  const dialog = office.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Deny with your key' }).click();
  await expect(dialog.getByText('Give a reason in a sentence')).toBeVisible();
  await dialog.getByLabel('Reason').fill('Not during the freeze; ask mia on Monday');
  await dialog.getByRole('button', { name: 'Deny with your key' }).click();
  await expect(page.getByText('Denied by cleo')).toBeVisible();
  await expect(page.getByText('Not during the freeze; ask mia on Monday')).toBeVisible();
  await page.getByRole('button', { name: 'Request again' }).click();
  await expect(page.getByLabel('Justification')).toHaveValue('Orders are stuck');
  await expectShut(page);
  expect(harness.reached('harbour')).toEqual([]);
});
