import { expectShut } from '../stage/stage.ts';
import { StripOver } from '../stage/strip.ts';
import { expect, test } from './cast.ts';

test('server unreachable: said, the gate stays shut, the actions are kept and arrive', async ({
  stage,
  cleo,
}) => {
  const { page: office } = cleo;
  const watched = await stage.tab('pier');
  await expect.poll(() => new StripOver(watched).shown()).toMatchObject({ buttons: ['Ask'] });
  const { page: open } = await stage.opened('quay');
  await office.goto(`${stage.server.origin}/live`);
  await expect(office.getByRole('heading', { name: 'ben · Quay' })).toBeVisible();
  await stage.server.kill('SIGKILL');
  const shut = await stage.tab('harbour', '/live');
  try {
    await expectShut(shut);
    await expect(shut.getByText('The server does not answer', { exact: true })).toBeVisible();
    await expect(shut.getByText('This console stays shut until it does')).toBeVisible();
    await shut.getByRole('button', { name: 'Try again' }).click();
    await expect(shut.getByRole('button', { name: 'Try again' })).toBeEnabled();
    await expect(shut.getByText('The server does not answer', { exact: true })).toBeVisible();
    expect(stage.reached('harbour')).toEqual([]);

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
    await stage.server.restart();
  }
  // The form, or what became of an earlier access with the way to it.
  const goesOn = shut.getByLabel('Why you need it').or(shut.getByRole('button', { name: 'Ask again' }));
  await expect(goesOn.first()).toBeVisible({ timeout: 30_000 });
  await expect(office.getByText('Clicked button "Purge orders"')).toBeVisible({ timeout: 30_000 });
  await expect(office.getByText('Clicked button "Purge invoices"')).toBeVisible();
  await expect(office.getByText('Reconnecting.')).toHaveCount(0);
  await expect(open.getByRole('heading', { name: 'Overview' })).toBeVisible();
  expect(stage.reached('harbour')).toEqual([]);
});
