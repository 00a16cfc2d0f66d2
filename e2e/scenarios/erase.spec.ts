import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Person as SoftPerson } from '../../server/testing/person.ts';
import { type Person, enrol, invite, skipSecondKey } from '../harness/people.ts';
import { startServer } from '../harness/server.ts';
import { openOffice } from './fixtures.ts';

const policy = `version: 1
consoles:
  queue:
    name: Queue
    hosts: [queue.example.com]
    start: https://queue.example.com/
eligibility:
  - name: alone
    who: ['role:engineer']
    consoles: [queue]
    levels: [change]
    durations: [PT15M]
    decides: nobody
`;

test('two administrators erase the words of a session: one proposes, the other reads the terms and confirms', async () => {
  const server = await startServer({ policy });
  const office = await openOffice();
  try {
    const ada = await office.desk('ada');
    await enrol(ada, server.setupLink);
    await skipSecondKey(ada);
    const eve = await office.desk('eve');
    await enrol(eve, await invite(ada, server.origin, 'eve', ['administrator']));
    await skipSecondKey(eve);
    const ben = new SoftPerson({ webOrigin: server.origin, rpId: 'localhost' }, 'ben');
    await ben.enrol((await invite(ada, server.origin, 'ben', ['engineer'])).split('#')[1] ?? '');
    const session = await workOf(ben);

    // Proposed from the session's page, with a reason.
    const { page } = ada;
    await page.goto(`${server.origin}/sessions/${session}`);
    await expect(page.getByText('Purged the queue of Mrs Miller')).toBeVisible();
    await page.getByRole('button', { name: 'Erase free text' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('2 texts will be erased for good.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Propose with your key' }).click();
    await expect(dialog.getByText('Give a reason in a sentence')).toBeVisible();
    await dialog.getByLabel('Reason').fill('It names a customer');
    await dialog.getByRole('button', { name: 'Propose with your key' }).click();
    await expect(dialog).toBeHidden();
    // The one who proposed it has no button to confirm it.
    await page.goto(server.origin);
    await expect(page.getByText('Yours; another administrator confirms it')).toBeVisible();

    await confirm(eve, server.origin);

    await page.goto(`${server.origin}/sessions/${session}`);
    await expect(page.getByText(/Erased .*by ada and eve/).first()).toBeVisible();
    await expect(page.getByText('Mrs Miller')).toHaveCount(0);
  } finally {
    await office.close();
    await server.stop();
  }
});

async function workOf(ben: SoftPerson): Promise<string> {
  const browser = await ben.pair();
  const asked = await ben.ask(browser, { console: 'queue', seconds: 900 }, 'Mrs Miller called');
  const { session = '', id } = await ben.activate(browser, asked.id);
  const words = 'Purged the queue of Mrs Miller';
  await browser.deliver(browser.batch([{ console: 'queue', session, words }]));
  await call(browser.send, wire.endGrant, { params: { grant: id }, body: { end: browser.end(id) } });
  return session;
}

async function confirm({ page }: Person, origin: string): Promise<void> {
  await page.goto(origin);
  await page.getByRole('button', { name: 'Review' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('It names a customer')).toBeVisible();
  await expect(dialog.getByText('2 texts, for good')).toBeVisible();
  await dialog.getByRole('button', { name: 'Confirm with your key' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Waiting for a second administrator')).toHaveCount(0);
}
