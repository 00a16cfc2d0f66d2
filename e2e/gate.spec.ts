import { expect, test } from './fixtures.ts';
import { expectShut, SOON } from './stage/stage.ts';

test('a shut console gets no request, and the form stands in its place', async ({ stage }) => {
  const page = await stage.tab('harbour', '/queues?view=all');
  await expectShut(page);
  await expect(page.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await expect(page.getByText('15 minutes')).toBeVisible();
  expect(stage.reached('harbour')).toEqual([]);
});

test('asked, approved, one touch: it opens at the address first asked for', async ({ stage }) => {
  const { page } = await stage.opened('harbour', '/forms?tab=2');
  await expect(page).toHaveURL(stage.url('harbour', '/forms?tab=2'));
  await expect(page.getByRole('heading', { name: 'Credentials of a user' })).toBeVisible();
});

test('revoked: shut in every tab at once, sockets closed, unsaved work or not (T6, T36)', async ({
  stage,
}) => {
  const { page, grant } = await stage.opened('harbour', '/live');
  const unsaved = await stage.tab('harbour', '/unsaved');
  await unsaved.locator('#draft').pressSequentially('half a policy');
  await expect.poll(() => stage.own.sockets().length).toBeGreaterThanOrEqual(2);
  const before = Date.now();
  await stage.cleo.revoke(grant, 'Wrong console');
  await expectShut(page);
  await expectShut(unsaved);
  const shut = Date.now() - before;
  await expect.poll(() => stage.own.sockets()).toEqual([]);
  const closed = stage.own.log
    .filter(({ kind }) => kind === 'ws-close' || kind === 'sse-close')
    .map(({ at }) => at - before);
  expect(Math.max(...closed)).toBeLessThan(SOON);
  expect(shut).toBeLessThan(SOON);
  await expect(page.getByText('Wrong console')).toBeVisible();
});

test('at its end it shuts by itself', async ({ stage }) => {
  const { page } = await stage.opened('harbour', '/', { seconds: 6 });
  await expectShut(page, 6000 + SOON);
  stage.own.clear();
  await page.waitForTimeout(700);
  expect(stage.reached('harbour')).toEqual([]);
});

test('nobody decides: the own touch opens it, and every view says so', async ({ stage }) => {
  const { page } = await stage.opened('buoy');
  await expect(page).toHaveURL(stage.url('buoy'));
});
