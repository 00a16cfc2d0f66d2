import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expect, test } from '../fixtures.ts';
import { expectShut, SOON } from '../harness/harness.ts';
import { StripOver } from '../harness/strip.ts';

test('case 29, keep: revoked while the browser is offline', async ({ harness }) => {
  const harbour = await harness.opened('harbour', '/live');
  const quay = await harness.opened('quay', '/live', { seconds: 85 });
  const { now, sessions } = await call(harness.cleo.send, wire.live, {});
  const ends =
    Date.now() +
    (sessions.find(({ session }) => session.grant.id === quay.grant)?.session.grant.until ?? 0) -
    now;
  await expect.poll(() => harness.own.sockets().length).toBe(4);
  harness.network.cut();
  const cut = Date.now();
  await harness.cleo.revoke(harbour.grant, 'Laptop stolen');
  const waits = async () => {
    const shown = await call(harness.cleo.send, wire.listSessions, { query: { whose: 'all' } });
    return shown.sessions.find(({ grant }) => grant.id === harbour.grant)?.grant.unacknowledged;
  };
  expect(await waits()).toBe(true);
  // Said as soon as a renewal is missed, and to the second when it shuts.
  const strip = new StripOver(harbour.page);
  await expect
    .poll(async () => (await strip.shown())?.words)
    .toMatch(/^Save now\. The server is not responding\. Shuts in 0:\d\d$/);
  const seconds = Number(/(\d\d)$/.exec((await strip.shown())?.words ?? '')?.[1]);
  const told = Date.now() + seconds * 1000;
  // Where policy says `close`, the lease runs down; where it says `keep`, the grant goes on, shown as unconfirmed.
  await expectShut(harbour.page, 62_000);
  expect(Date.now() - cut).toBeGreaterThan(30_000);
  expect(Math.abs(Date.now() - told)).toBeLessThan(SOON);
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  await expect(popup.getByText('The server is not responding')).toBeVisible();
  await expect(quay.page).toHaveURL(harness.url('quay', '/live'));
  await expect(popup.getByText(/unconfirmed/i)).toBeVisible();
  await expectShut(quay.page, 30_000);
  expect(Math.abs(Date.now() - ends)).toBeLessThan(SOON);
  expect(await waits()).toBe(true);
  harness.network.mend();
  await expect.poll(waits).toBe(false);
});
