import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Person } from '../../server/testing/person.ts';
import { enrol, skipSecondKey } from '../harness/people.ts';
import { Harness, expectShut } from '../harness/harness.ts';

test('case 61: an older copy of the server that signs on is a fork: the browser keeps both notes and shuts everything', async () => {
  const harness = await Harness.open();
  const { server, ada } = harness;
  const copy = `${server.dataFolder}-copy`;
  const witnessed = async () => (await call(ada.send, wire.listWitnesses, {})).browsers[0];
  try {
    await expect.poll(witnessed, { timeout: 40_000 }).toMatchObject({ paired: true });
    await server.kill('SIGTERM');
    await cp(server.dataFolder, copy, { recursive: true });
    await server.restart();
    await ada.signIn();
    for (const name of ['one', 'two']) await ada.invite(name, ['engineer']);
    const { size } = await call(ada.send, wire.listWitnesses, {});
    const again = { timeout: 40_000, intervals: [0] };
    await expect.poll(() => forgetTheMinute(harness).then(witnessed), again).toMatchObject({ size });

    // The copy with its true key signs another history, as long as the first one and longer.
    await server.kill('SIGTERM');
    await rm(server.dataFolder, { recursive: true });
    await cp(copy, server.dataFolder, { recursive: true });
    await server.restart();
    await ada.signIn();
    for (const name of ['three', 'four', 'five']) await ada.invite(name, ['engineer']);
    const forks = async () => (await call(ada.send, wire.listWitnesses, {})).forks;
    await expect.poll(() => forgetTheMinute(harness).then(forks), again).toHaveLength(1);
    expect(server.output()).toContain('two histories of this log');

    // A console that only watches is shut as well, and says why, also once everything but the disk was forgotten.
    await forgetTheMinute(harness);
    harness.own.clear();
    const page = await harness.tab('pier');
    await expect(page.getByRole('heading', { name: 'The log has conflicting histories' })).toBeVisible();
    await expect(page.getByText(/^Shut: the log contradicts/)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Copy both checkpoints/ })).toBeVisible();
    expect(harness.reached('pier')).toEqual([]);
  } finally {
    await harness.close();
    await rm(copy, { recursive: true, force: true });
  }
});

test('another log at the address that the browser was paired with is taken only by its person’s word', async () => {
  const harness = await Harness.open();
  const { server, ben, browser } = harness;
  try {
    // The server is set up anew in the same place: another genesis.
    await server.kill('SIGTERM');
    const policy = await readFile(server.policyFile);
    await rm(server.dataFolder, { recursive: true });
    await mkdir(server.dataFolder, { mode: 0o700 });
    await writeFile(server.policyFile, policy);
    const before = server.output().length;
    await server.restart();
    const ada = new Person({ webOrigin: server.origin, rpId: 'localhost' }, 'ada');
    await ada.enrol(/setup#(\S+)/.exec(server.output().slice(before))?.[1] ?? '');
    await enrol(ben, `${server.origin}/enrol#${await ada.invite('ben', ['engineer'])}`);
    await skipSecondKey(ben);

    const claimed = async (): Promise<Page> => {
      await ben.page.goto(`${server.origin}/pair`);
      const opened = browser.context.waitForEvent('page');
      await ben.page.getByRole('button', { name: 'Pair this browser' }).click();
      const page = await opened;
      await page.getByRole('button', { name: /^(Pair this browser|Try again)/ }).click();
      await page.getByRole('img', { name: /^Code/ }).waitFor();
      await ben.page.bringToFront();
      await ben.page.getByRole('button', { name: 'Yes, pair with your key' }).click();
      await page.bringToFront();
      await expect(page.getByRole('heading', { name: 'This server has a different log' })).toBeVisible();
      return page;
    };
    const declined = await claimed();
    await declined.getByRole('button', { name: 'Do not pair' }).click();
    await expect(declined.getByText(/Nothing was changed|has a different log than/)).toBeVisible();
    await declined.close();
    await expectShut(await harness.tab('harbour'));

    const page = await claimed();
    await page.getByRole('button', { name: 'Pair with the new log' }).click();
    await expect(page.getByRole('heading', { name: 'This browser is paired' })).toBeVisible();
    // What the first log shut stays shut until that log releases this browser, which nobody can any more.
    const tab = await harness.tab('harbour');
    await expect(tab.getByRole('heading', { name: /has not released this browser/ })).toBeVisible();
    await expect(tab.getByText(/remove and reinstall this extension/)).toBeVisible({ timeout: 40_000 });
    expect(harness.reached('harbour')).toEqual([]);
  } finally {
    await harness.close();
  }
});

/** Stops the worker and takes from it what a restart of the browser takes: then it asks again without waiting a minute. */
async function forgetTheMinute({ browser }: Harness): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage('popup.html'));
  await browser.stopWorkers();
  await page.evaluate('chrome.storage.session.clear()');
  await page.reload();
  await page.waitForTimeout(1000);
  await page.close();
}
