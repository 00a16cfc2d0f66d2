import { expectShut } from '../harness/harness.ts';
import { StripOver } from '../harness/strip.ts';
import { expect, test } from './fixtures.ts';

test('server unreachable: said, the gate stays shut, the actions are kept and arrive', async ({
  harness,
  cleo,
}) => {
  const { page: office } = cleo;
  const popup = await harness.browser.context.newPage();
  const badge = () => popup.evaluate('chrome.action.getBadgeText({})');
  const watched = await harness.tab('pier');
  await expect.poll(() => new StripOver(watched).shown()).toMatchObject({ buttons: ['Request access'] });
  const { page: open } = await harness.opened('quay');
  const { page: ending } = await harness.opened('buoy');
  await office.goto(`${harness.server.origin}/live`);
  await expect(office.getByRole('heading', { name: 'ben · Quay' })).toBeVisible();
  await harness.server.kill('SIGKILL');
  const shut = await harness.tab('harbour', '/live');
  try {
    // What is unsaved is at stake: the first renewal that is missed says when it shuts, wherever a person looks.
    const strip = () => new StripOver(ending).shown();
    await expect
      .poll(async () => (await strip())?.words)
      .toMatch(/^Save now\. The server is not responding\. Shuts in [01]:\d\d$/);
    expect((await strip())?.buttons).toEqual(['End']);
    await popup.goto(harness.browser.extensionPage('popup.html'));
    await expect.poll(badge).toMatch(/^[1-5]\ds$/);
    await expect(popup.getByText(/This console shuts in 0:[0-5]\d/)).toBeVisible();
    await expectShut(shut);
    await expect(shut.getByText('The server is not responding', { exact: true })).toBeVisible();
    await expect(shut.getByText('This console stays shut until it does')).toBeVisible();
    await shut.getByRole('button', { name: 'Try again' }).click();
    await expect(shut.getByRole('button', { name: 'Try again' })).toBeEnabled();
    await expect(shut.getByText('The server is not responding', { exact: true })).toBeVisible();
    expect(harness.reached('harbour')).toEqual([]);

    // What policy leaves open goes on, and what is done there is kept.
    for (const [page, button] of [
      [watched, 'Purge invoices'],
      [open, 'Purge orders'],
    ] as const) {
      await page.bringToFront();
      await page.getByRole('button', { name: button }).click();
      await expect(page.locator('#said')).toHaveText(/^Done: purge/);
    }
    await shut.bringToFront();
    await expect(shut.getByText(/Recording: \d+ actions are kept in this browser/)).toBeVisible();
    await expect(office.getByText('Reconnecting.')).toBeVisible();
    await expect(office.getByText('Purge')).toHaveCount(0);
  } finally {
    await harness.server.restart();
  }
  // The form, or what became of an earlier access with the way to it.
  const goesOn = shut.getByLabel('Justification').or(shut.getByRole('button', { name: 'Request again' }));
  await expect(goesOn.first()).toBeVisible({ timeout: 30_000 });
  await expect(office.getByText('Clicked button "Purge orders"').first()).toBeVisible({ timeout: 30_000 });
  await expect(office.getByText('Clicked button "Purge invoices"').first()).toBeVisible();
  await expect(office.getByText('Reconnecting.')).toHaveCount(0);
  await expect(open.getByRole('heading', { name: 'Overview' })).toBeVisible();
  // Renewed in time: nothing of the warning is left, and the console never shut.
  await expect.poll(() => new StripOver(ending).shown()).toMatchObject({ buttons: ['Extend', 'End'] });
  await expect.poll(badge).toMatch(/m$/);
  await popup.close();
  expect(ending.url()).toBe(harness.url('buoy'));
  expect(harness.reached('harbour')).toEqual([]);
});
