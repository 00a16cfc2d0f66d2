import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { type Person, enrol, invite, skipSecondKey } from '../harness/people.ts';
import { type Server, startServer } from '../harness/server.ts';
import { openOffice } from './fixtures.ts';

const bin = fileURLToPath(new URL('../../server/cli/countersign.mjs', import.meta.url));

/** Runs a command on the server's host. */
const onHost = (server: Server, ...args: string[]): string =>
  execFileSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { ...process.env, COUNTERSIGN_DATA: server.dataFolder },
  });

const fingerprintIn = (text: string): string => /^ {2}(\w{4}(?: \w{4}){7})$/m.exec(text)?.[1] ?? 'none';

test('the log key is lost, two administrators let the log go on; then they give it another key', async () => {
  test.slow(); // two commands on the host and four touches
  const server = await startServer();
  const office = await openOffice();
  try {
    const ada = await office.desk('ada');
    await enrol(ada, server.setupLink);
    await skipSecondKey(ada);
    const eve = await office.desk('eve');
    await enrol(eve, await invite(ada, server.origin, 'eve', ['administrator']));
    await skipSecondKey(eve);

    await server.kill('SIGTERM');
    await rm(join(server.dataFolder, 'log.key'));
    const recovered = fingerprintIn(onHost(server, 'recover', '--yes'));
    await server.restart();

    await ada.page.goto(server.origin);
    await expect(ada.page.getByText('The log cannot be written, so nothing new is allowed.')).toBeVisible();
    await ada.page.getByRole('link', { name: 'Recover the log' }).click();
    await look(ada, 'recover');
    await expect(ada.page.getByText(recovered)).toBeVisible();
    await ada.page.getByRole('button', { name: 'Sign as the first' }).click();
    await expect(ada.page.getByText('You signed this.')).toBeVisible();

    await eve.page.goto(`${server.origin}/recover`);
    await expect(eve.page.getByText(recovered)).toBeVisible();
    await eve.page.getByRole('button', { name: 'Sign as the second' }).click();
    await expect(eve.page.getByText('No recovery is in progress.')).toBeVisible();
    await expect(eve.page.getByText('The log cannot be written, so nothing new')).toHaveCount(0);

    const rotated = fingerprintIn(onHost(server, 'log', 'rotate'));
    await ada.page.goto(`${server.origin}/log`);
    await look(ada, 'log-key');
    await ada.page.getByRole('button', { name: 'Review' }).click();
    await expect(ada.page.getByRole('dialog').getByText(rotated)).toBeVisible();
    await ada.page.getByRole('button', { name: 'Propose with your key' }).click();
    await expect(ada.page.getByRole('dialog')).toBeHidden();
    await eve.page.goto(server.origin);
    await eve.page.getByRole('button', { name: 'Review' }).click();
    await expect(eve.page.getByRole('dialog').getByText(rotated)).toBeVisible();
    await eve.page.getByRole('button', { name: 'Confirm with your key' }).click();
    await expect(eve.page.getByRole('dialog')).toBeHidden();
    await eve.page.goto(`${server.origin}/log`);
    await expect(eve.page.getByText('Rotated the log key').first()).toBeVisible();
    await expect(eve.page.getByText(rotated)).toBeVisible();
    await eve.page.getByRole('button', { name: 'Verify', exact: true }).click();
    await expect(eve.page.getByText('Verified in this page')).toBeVisible();
  } finally {
    await office.close();
    await server.stop();
  }
});

/** Pictures for the eyes, light and dark, where somebody asks for them. */
async function look({ page }: Person, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
