import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectAccessible } from './harness/axe.ts';
import type { Stage } from './harness/harness.ts';

async function own({ browser }: Stage, path: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage(path));
  return page;
}

test('the gate: asking, waiting, denied', async ({ stage }) => {
  const page = await stage.tab('harbour', '/queues?view=all');
  await expect(page.getByLabel('Justification')).toBeVisible();
  await expectAccessible(page, 'the form');
  await page.getByRole('button', { name: /^Request access/ }).click();
  await expect(page.getByText('Say in a sentence')).toBeVisible();
  await expectAccessible(page, 'the form with a fault');
  await stage.ask(page);
  await expect(page.getByText('Waiting for approval')).toBeVisible();
  await expectAccessible(page, 'waiting');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await expectAccessible(page, 'withdrawing');
  const popup = await own(stage, 'popup.html');
  await expect(popup.getByRole('heading', { name: 'Requests' })).toBeVisible();
  await expectAccessible(popup, 'the popup with a request');
  await stage.cleo.decide(await stage.waiting(), 'deny');
  await expect(page.getByText('Denied by cleo')).toBeVisible();
  await expectAccessible(page, 'denied');
});

test('the gate: approved, open, revoked; the popup and the form beside it', async ({ stage }) => {
  const page = await stage.tab('harbour');
  await stage.ask(page);
  await stage.cleo.decide(await stage.waiting(), 'approve');
  await expect(page.getByText('Approved by cleo')).toBeVisible();
  await expectAccessible(page, 'approved');
  await stage.start(page);
  await page.waitForURL(stage.url('harbour'));
  const grant = await stage.running('harbour');
  const popup = await own(stage, 'popup.html');
  await expect(popup.getByRole('button', { name: /^Extend/ })).toBeVisible();
  await expectAccessible(popup, 'the popup with a session');
  await popup.getByRole('button', { name: /^End now/ }).click();
  await expectAccessible(popup, 'the popup, ending');
  const form = await own(stage, `form.html#harbour|${grant}`);
  await expect(form.getByLabel('Justification')).toBeVisible();
  await expectAccessible(form, 'the form for more time');
  const open = await own(stage, 'form.html#harbour');
  await expect(open.getByText('Access is open')).toBeVisible();
  await expectAccessible(open, 'the form while open');
  await stage.cleo.revoke(grant, 'Wrong console');
  await expect(page.getByText('Access was revoked by cleo')).toBeVisible();
  await expectAccessible(page, 'revoked');
});

test('the gate where nobody decides, where the server is gone, and where there is no console', async ({
  stage,
}) => {
  const alone = await stage.tab('buoy');
  await stage.ask(alone);
  await expect(alone.getByText('No approval needed', { exact: true })).toBeVisible();
  await expectAccessible(alone, 'nobody decides');
  await alone.getByRole('button', { name: 'Withdraw' }).click();
  const nowhere = await own(stage, 'gate.html#https://example.com/');
  await expect(nowhere.getByText('No console at this address')).toBeVisible();
  await expectAccessible(nowhere, 'no console');
  stage.cable.cut();
  try {
    const gone = await stage.tab('quay');
    await expect(gone.getByText('The server is not responding', { exact: true })).toBeVisible();
    await expectAccessible(gone, 'the server is gone');
    const popup = await own(stage, 'popup.html');
    await expect(popup.getByText('The server is not responding')).toBeVisible();
    await expectAccessible(popup, 'the popup, server gone');
  } finally {
    stage.cable.mend();
  }
});

test('the pair page and the popup with nothing', async ({ stage }) => {
  const lost = await own(stage, 'pair.html');
  await expect(lost.getByText('This is not a pairing link')).toBeVisible();
  await expectAccessible(lost, 'no pairing');
  const ticket = 'A'.repeat(43);
  const pair = await own(
    stage,
    `pair.html#${stage.server.origin}|${ticket}|harbour.localhost,pier.localhost`,
  );
  const press = pair.getByRole('button', { name: 'Pair this browser' });
  await expect(press).toBeVisible();
  await expectAccessible(pair, 'pairing');
  await press.click();
  await expect(pair.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expectAccessible(pair, 'pairing refused');
  const popup = await own(stage, 'popup.html');
  await expect(popup.getByText('Nothing is open')).toBeVisible();
  await expectAccessible(popup, 'the popup with nothing');
});
