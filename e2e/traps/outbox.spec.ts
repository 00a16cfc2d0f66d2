import { expect, test } from '../fixtures.ts';
import { expectShut } from '../harness/harness.ts';
import { pause, recorded, words } from './tools.ts';

/** Presses "Purge" for each of these, one after the other. */
const queues = ['orders', 'invoices', 'refunds', 'mail-out'];
const clicks = (all: readonly string[]) => all.filter((text) => text.startsWith('Clicked button "Purge'));
const expected = queues.map((name) => expect.stringContaining(`Purge ${name}`));

test('T27: with the server killed and back, every action is there once, in order', async ({ harness }) => {
  const { page } = await harness.opened('quay');
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await expect.poll(async () => clicks(words(await recorded(harness, 'quay')))).toHaveLength(1);
  await harness.server.kill('SIGKILL');
  for (const name of queues.slice(1)) await page.getByRole('button', { name: `Purge ${name}` }).click();
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  await expect(popup.getByText(/actions are kept here/)).toBeVisible();
  await harness.server.restart();
  await expect
    .poll(async () => clicks(words(await recorded(harness, 'quay'))), { timeout: 25_000 })
    .toEqual(expected);
  const all = await recorded(harness, 'quay');
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  await expect(popup.getByText(/actions are kept here/)).toHaveCount(0);
});

test('cases 45, 46: when the receipt is lost, the batch is sent again and stands there once', async ({
  harness,
}) => {
  const { page } = await harness.opened('quay');
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await expect.poll(async () => clicks(words(await recorded(harness, 'quay')))).toHaveLength(1);
  // Until the network is cut by it, what the browser sends arrives and no answer comes back.
  harness.network.loseAnswers();
  for (const name of queues.slice(1)) await page.getByRole('button', { name: `Purge ${name}` }).click();
  await pause(2500);
  harness.network.cut();
  harness.network.mend();
  await expect.poll(async () => clicks(words(await recorded(harness, 'quay')))).toEqual(expected);
  const all = await recorded(harness, 'quay');
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
});

test('case 51: what is done with a console’s session after its end is kept as a violation', async ({
  harness,
}) => {
  const { page, grant } = await harness.opened('harbour');
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await expect.poll(async () => clicks(words(await recorded(harness, 'harbour')))).toHaveLength(1);
  const [first] = await recorded(harness, 'harbour');
  await harness.cleo.revoke(grant);
  await expectShut(page);
  // A page that stayed open is what the gate prevents; the record of one is written in its place.
  const worker = await harness.browser.worker();
  await worker.evaluate(async (session) => {
    const { chrome } = globalThis as unknown as {
      chrome: { storage: { local: { set(items: object): Promise<void> } } };
    };
    const id = 'lateLateLateLateLateLA';
    const detail = { words: 'Clicked button "Purge too late"' };
    const record = {
      id,
      at: Date.now(),
      kind: 'clicked',
      console: 'harbour',
      session,
      trusted: true,
      detail,
    };
    await chrome.storage.local.set({ [`act:${id}`]: record });
  }, first?.session);
  await expect
    .poll(async () =>
      (await recorded(harness, 'harbour'))
        .filter(({ violation }) => violation)
        .map(({ detail }) => detail?.words),
    )
    .toEqual(['Clicked button "Purge too late"']);
});
