import { readFile, writeFile } from 'node:fs/promises';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from './fixtures.ts';
import { expectShut, SOON } from './harness/harness.ts';
import { StripOver } from './harness/strip.ts';

test('a shut console gets no request, and the form stands in its place', async ({ harness }) => {
  const page = await harness.tab('harbour', '/queues?view=all');
  await expectShut(page);
  await expect(page.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await harness.form(page);
  expect(harness.reached('harbour')).toEqual([]);
});

test('asked, approved, one touch: it opens at the address first asked for', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/forms?tab=2');
  await expect(page).toHaveURL(harness.url('harbour', '/forms?tab=2'));
  await expect(page.getByRole('heading', { name: 'Credentials of a user' })).toBeVisible();
});

test('revoked: shut in every tab at once, sockets closed, unsaved work or not (T6, T36)', async ({
  harness,
}) => {
  const { page, grant } = await harness.opened('harbour', '/live');
  const unsaved = await harness.tab('harbour', '/unsaved');
  await unsaved.locator('#draft').pressSequentially('half a policy');
  await expect.poll(() => harness.own.sockets().length).toBeGreaterThanOrEqual(2);
  const before = Date.now();
  await harness.cleo.revoke(grant, 'Wrong console');
  await expectShut(page);
  await expectShut(unsaved);
  const shut = Date.now() - before;
  await expect.poll(() => harness.own.sockets()).toEqual([]);
  const closed = harness.own.log
    .filter(({ kind }) => kind === 'ws-close' || kind === 'sse-close')
    .map(({ at }) => at - before);
  expect(Math.max(...closed)).toBeLessThan(SOON);
  expect(shut).toBeLessThan(SOON);
  await expect(page.getByText('Wrong console')).toBeVisible();
});

test('case 98: revoked, windows and frames without an address of their own are shut too, in this tab and in others', async ({
  harness,
}) => {
  const { page, grant } = await harness.opened('harbour', '/strays');
  const elsewhere = await harness.browser.context.newPage();
  await elsewhere.goto(harness.own.origin('elsewhere.localhost'));
  await elsewhere.evaluate(
    (url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    },
    harness.url('harbour', '/strays?blob'),
  );
  const made = await page.evaluate<string[]>('Object.keys(harbour.strays)');
  for (const kind of made) await page.evaluate(`void harbour.strays['${kind}']('${kind}')`);
  // Of no origin, as another site's frames may be: they reach no console with a socket, open or not.
  const kinds = made.filter((kind) => kind !== 'frame-data' && kind !== 'frame-sandboxed');
  const talking = () =>
    harness.own.sockets().flatMap(({ url, heard }) => (heard > 1 ? [url.replace('/ticks?from=', '')] : []));
  await expect.poll(() => talking().toSorted()).toEqual([...kinds, 'framed-elsewhere'].toSorted());
  const before = Date.now();
  await harness.cleo.revoke(grant);
  await expect.poll(() => harness.own.sockets()).toEqual([]);
  const closed = harness.own.log.filter(({ kind }) => kind === 'ws-close').map(({ at }) => at - before);
  expect(closed).toHaveLength(kinds.length + 1);
  expect(Math.max(...closed)).toBeLessThan(SOON);
  // What stood in another site's page says so there; that page itself is none of our business.
  await expect(elsewhere).toHaveURL(harness.own.origin('elsewhere.localhost'));
  await expect(elsewhere.frameLocator('iframe').getByText('This console is shut.')).toBeVisible();
});

test('case 100: a lower maximum shortens what runs, and a role that goes shuts it in every tab and says who took it', async ({
  harness,
}) => {
  const { page } = await harness.opened('harbour', '/live');
  const other = await harness.tab('harbour', '/unsaved');
  const strip = new StripOver(page);
  const words = async () => (await strip.shown())?.words ?? '';
  await expect.poll(words).toMatch(/^Change access 1[45] min$/);
  const policy = await readFile(harness.server.policyFile, 'utf8');
  const { people } = await call(harness.ada.send, wire.listPeople, {});
  const ben = people.find(({ handle }) => handle === 'ben')?.id ?? '';
  try {
    const shorter = policy
      .replace('mode: closed\n', 'mode: closed\n    maximum: PT5M\n')
      .replace('[PT1M, PT5M, PT15M, PT1H]', '[PT1M, PT5M]');
    await writeFile(harness.server.policyFile, shorter);
    await expect
      .poll(words, { timeout: SOON + 3000 })
      .toMatch(/^(Unsaved work will be lost 4:|Change access 5 min)/);
    await harness.ada.changeRoles(ben, ['auditor']);
    await expectShut(page);
    await expectShut(other);
    await expect(page.getByText('Access is no longer allowed')).toBeVisible();
    await expect(page.getByText('ada changed your permissions')).toBeVisible();
    await expect.poll(() => harness.own.sockets()).toEqual([]);
  } finally {
    const inForce = async () => (await call(harness.ada.send, wire.listConsoles, {})).policy.hash;
    const before = await inForce();
    await writeFile(harness.server.policyFile, policy);
    await harness.ada.changeRoles(ben, ['engineer']);
    await expect.poll(inForce, { timeout: 10_000 }).not.toBe(before);
  }
});

test('at its end it shuts by itself', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/', { seconds: 6 });
  await expectShut(page, 6000 + SOON);
  harness.own.clear();
  await page.waitForTimeout(700);
  expect(harness.reached('harbour')).toEqual([]);
});

test('nobody decides: the own touch opens it, and every view says so', async ({ harness }) => {
  const { page } = await harness.opened('buoy');
  await expect(page).toHaveURL(harness.url('buoy'));
});
