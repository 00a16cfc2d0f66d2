import type { Frame, Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '../fixtures.ts';
import { expectShut, SOON, type Harness } from '../harness/harness.ts';
import { formIn, pause, pressStrip, stripButtons, ungranted, words } from './tools.ts';

const why = 'Invoices stuck since nine, customers wait';

/** The form in the page, empty; what became of the last access stands there first. */
async function blankForm(page: Page): Promise<Frame> {
  const form = await formIn(page);
  const text = form.getByLabel('Justification');
  const again = form.getByRole('button', { name: 'Request again' });
  await text.or(again).first().waitFor();
  if (await again.isVisible()) await again.click();
  await text.waitFor();
  return form;
}

/** Fills the form in the page with real keys, so that a page which listens would hear them. */
async function fill(page: Page, form: Frame): Promise<void> {
  await form.getByLabel('Justification').click();
  await page.keyboard.type(why);
  await expect(form.getByLabel('Justification')).toHaveValue(why);
}
const waiting = async (harness: Harness) => (await call(harness.cleo.send, wire.inbox, {})).toDecide.length;

test('watch: it works without a grant and is recorded; Ask opens the form in the page, and a touch starts it', async ({
  harness,
}) => {
  const page = await harness.tab('pier', '/');
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await expect(page.locator('#said')).toHaveText('Done: purge orders');
  await expect
    .poll(async () => words(await ungranted(harness, 'pier')).join('\n'))
    .toMatch(/Purge orders[^]*POST \/api\/do\/purge\/orders/);
  await pressStrip(page, 'Request access');
  const form = await blankForm(page);
  await fill(page, form);
  await form.getByRole('button', { name: /^Request/ }).click();
  await harness.cleo.decide(await harness.waiting(), 'approve');
  const opened = harness.browser.context.waitForEvent('page');
  await form.getByRole('button', { name: /^Start/ }).click();
  const window = await opened;
  await harness.ben.key.attach(window);
  await window.getByRole('button', { name: /^Start with/ }).click();
  await expect.poll(() => stripButtons(page)).toContain('Extend');
  expect(await harness.running('pier')).toBeTruthy();
});

test('T18: a page that listens to keys and focus learns not one word of the form', async ({ harness }) => {
  const page = await harness.tab('pier', '/keys');
  await page.locator('#bait').pressSequentially('bait');
  await pressStrip(page, 'Request access');
  const form = await blankForm(page);
  const before = await page.evaluate<string>('JSON.stringify(harbour.keys)');
  expect(before).toMatch(/bait/);
  await fill(page, form);
  const heard = (await page.evaluate<string>('JSON.stringify(harbour.keys)')).slice(before.length);
  expect(heard).not.toMatch(/keydown|keypress|keyup|input/);
  const text = await page.evaluate(() => document.documentElement.outerHTML + document.body.innerText);
  expect(text).not.toContain('Invoices');
});

test('T16: a page’s own modal over the form does not win, and its buttons take no press', async ({
  harness,
}) => {
  const page = await harness.tab('pier', '/modal');
  await pressStrip(page, 'Request access');
  const form = await blankForm(page);
  await page.evaluate('harbour.openModal()');
  await pause(1500); // it is shown again at most once a second
  const middle = await page.locator('#in-modal').boundingBox();
  harness.own.clear();
  await page.mouse.click(middle!.x + 5, middle!.y + 5);
  await fill(page, form);
  expect(harness.reached('pier').filter((line) => line.startsWith('POST'))).toEqual([]);
});

test('T17: with a cover of the page over the form, which lets presses through, no press counts', async ({
  harness,
}) => {
  const page = await harness.tab('pier', '/overlay');
  await pressStrip(page, 'Request access');
  const form = await blankForm(page);
  await fill(page, form);
  await page.evaluate('harbour.cover()');
  const ask = form.getByRole('button', { name: /^Request/ });
  await pause(300);
  await ask.click({ force: true });
  await expect(form.getByText('Something on this page covers this form')).toBeAttached();
  expect(await waiting(harness)).toBe(0);
});

test('T31: where the console forbids WebAuthn and frames, the ceremony works all the same', async ({
  harness,
}) => {
  const { page } = await harness.opened('harbour', '/locked');
  const until = async () =>
    (await call(harness.cleo.send, wire.live, {})).sessions[0]?.session.grant.until ?? 0;
  const before = await until();
  await pressStrip(page, 'Extend');
  const form = await blankForm(page);
  await fill(page, form);
  await form.getByRole('button', { name: /^Request/ }).click();
  const request = await harness.waiting();
  await harness.cleo.decide(request, 'approve', { until: request.latest });
  await expect.poll(until).toBe(request.latest);
  expect(request.latest).toBeGreaterThan(before + 30_000);
  // The dialog goes when what was asked for has come.
  await expect.poll(() => page.frames().length).toBe(1);
});

test('an extension and "end now" from the toolbar', async ({ harness }) => {
  const { page, grant } = await harness.opened('harbour', '/', { seconds: 120 });
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  await expect(popup.getByRole('timer')).toHaveText(/^[12]:\d\d/);
  const opened = harness.browser.context.waitForEvent('page');
  await popup.getByRole('button', { name: /^Extend/ }).click();
  const form = await opened;
  await form.getByRole('radio', { name: '15 minutes', exact: true }).check();
  await form.getByLabel('Justification').fill(why);
  await form.getByRole('button', { name: 'Request extension' }).click();
  const request = await harness.waiting();
  await harness.cleo.decide(request, 'approve', { until: request.latest });
  await expect(form.getByText('Session extended')).toBeVisible();
  const again = await harness.browser.context.newPage();
  await again.goto(harness.browser.extensionPage('popup.html'));
  await expect(again.getByRole('timer')).not.toHaveText(/^[12]:\d\d/);
  await again.getByRole('button', { name: /^End now/ }).click();
  const before = Date.now();
  await again.getByRole('button', { name: 'End now', exact: true }).click();
  await expectShut(page);
  expect(Date.now() - before).toBeLessThan(SOON);
  const ended = async () => {
    const { sessions } = await call(harness.cleo.send, wire.listSessions, { query: { whose: 'all' } });
    return sessions.find((session) => session.grant.id === grant)?.grant.endedHow;
  };
  await expect.poll(ended).toBe('handed-back');
});
