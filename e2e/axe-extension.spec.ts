import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectAccessible } from './harness/axe.ts';
import type { Harness } from './harness/harness.ts';

async function own({ browser }: Harness, path: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage(path));
  return page;
}

test('the gate: asking, waiting, denied', async ({ harness }) => {
  const page = await harness.tab('harbour', '/queues?view=all');
  await expect(page.getByLabel('Justification')).toBeVisible();
  await expectAccessible(page, 'the form');
  await page.getByRole('button', { name: /^Request access/ }).click();
  await expect(page.getByText('Say in a sentence')).toBeVisible();
  await expectAccessible(page, 'the form with a fault');
  await harness.ask(page);
  await expect(page.getByText('Waiting for approval')).toBeVisible();
  await expectAccessible(page, 'waiting');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await expectAccessible(page, 'withdrawing');
  const popup = await own(harness, 'popup.html');
  await expect(popup.getByRole('heading', { name: 'Requests' })).toBeVisible();
  await expectAccessible(popup, 'the popup with a request');
  await harness.cleo.decide(await harness.waiting(), 'deny');
  await expect(page.getByText('Denied by cleo')).toBeVisible();
  await expectAccessible(page, 'denied');
});

test('the gate: approved, open, revoked; the popup and the form beside it', async ({ harness }) => {
  const page = await harness.tab('harbour');
  await harness.ask(page);
  await harness.cleo.decide(await harness.waiting(), 'approve');
  await expect(page.getByText('Approved by cleo')).toBeVisible();
  await expectAccessible(page, 'approved');
  await harness.start(page);
  await page.waitForURL(harness.url('harbour'));
  const grant = await harness.running('harbour');
  const popup = await own(harness, 'popup.html');
  await expect(popup.getByRole('button', { name: /^Extend/ })).toBeVisible();
  await expectAccessible(popup, 'the popup with a session');
  await popup.getByRole('button', { name: /^End now/ }).click();
  await expectAccessible(popup, 'the popup, ending');
  const form = await own(harness, `form.html#harbour|${grant}`);
  await expect(form.getByLabel('Justification')).toBeVisible();
  await expectAccessible(form, 'the form for more time');
  const open = await own(harness, 'form.html#harbour');
  await expect(open.getByText('Access is open')).toBeVisible();
  await expectAccessible(open, 'the form while open');
  await harness.cleo.revoke(grant, 'Wrong console');
  await expect(page.getByText('Access was revoked by cleo')).toBeVisible();
  await expectAccessible(page, 'revoked');
});

test('the gate where nobody decides, where the server is gone, and where there is no console', async ({
  harness,
}) => {
  const alone = await harness.tab('buoy');
  await harness.ask(alone);
  await expect(alone.getByText('No approval needed', { exact: true })).toBeVisible();
  await expectAccessible(alone, 'nobody decides');
  await alone.getByRole('button', { name: 'Withdraw' }).click();
  const nowhere = await own(harness, 'gate.html#https://example.com/');
  await expect(nowhere.getByText('No console at this address')).toBeVisible();
  await expectAccessible(nowhere, 'no console');
  harness.network.cut();
  try {
    const gone = await harness.tab('quay');
    await expect(gone.getByText('The server is not responding', { exact: true })).toBeVisible();
    await expectAccessible(gone, 'the server is gone');
    const popup = await own(harness, 'popup.html');
    await expect(popup.getByText('The server is not responding')).toBeVisible();
    await expectAccessible(popup, 'the popup, server gone');
  } finally {
    harness.network.mend();
  }
});

test('the pair page and the popup with nothing', async ({ harness }) => {
  const lost = await own(harness, 'pair.html');
  await expect(lost.getByText('This is not a pairing link')).toBeVisible();
  await expectAccessible(lost, 'no pairing');
  const ticket = 'A'.repeat(43);
  const pair = await own(
    harness,
    `pair.html#${harness.server.origin}|${ticket}|harbour.localhost,pier.localhost`,
  );
  const press = pair.getByRole('button', { name: 'Pair this browser' });
  await expect(press).toBeVisible();
  await expectAccessible(pair, 'pairing');
  await press.click();
  await expect(pair.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expectAccessible(pair, 'pairing refused');
  const popup = await own(harness, 'popup.html');
  await expect(popup.getByText('Nothing is open')).toBeVisible();
  await expectAccessible(popup, 'the popup with nothing');
});
