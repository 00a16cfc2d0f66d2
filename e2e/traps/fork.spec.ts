import { cp, rm } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Stage } from '../stage/stage.ts';

test('case 61: an older copy of the server that signs on is a fork: the browser keeps both notes and shuts everything', async () => {
  test.setTimeout(120_000);
  const stage = await Stage.open();
  const { server, ada } = stage;
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
    await expect.poll(() => forgetTheMinute(stage).then(witnessed), again).toMatchObject({ size });

    // The copy with its true key signs another history, as long as the first one and longer.
    await server.kill('SIGTERM');
    await rm(server.dataFolder, { recursive: true });
    await cp(copy, server.dataFolder, { recursive: true });
    await server.restart();
    await ada.signIn();
    for (const name of ['three', 'four', 'five']) await ada.invite(name, ['engineer']);
    const forks = async () => (await call(ada.send, wire.listWitnesses, {})).forks;
    await expect.poll(() => forgetTheMinute(stage).then(forks), again).toHaveLength(1);
    expect(server.output()).toContain('two histories of this log');

    // A console that only watches is shut as well, and says why, also once everything but the disk was forgotten.
    await forgetTheMinute(stage);
    stage.own.clear();
    const page = await stage.tab('pier');
    await expect(page.getByRole('heading', { name: 'The log showed two histories' })).toBeVisible();
    await expect(page.getByRole('button', { name: /Copy both/ })).toBeVisible();
    expect(stage.reached('pier')).toEqual([]);
  } finally {
    await stage.close();
    await rm(copy, { recursive: true, force: true });
  }
});

/** Stops the worker and takes from it what a restart of the browser takes: then it asks again without waiting a minute. */
async function forgetTheMinute({ browser }: Stage): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(browser.extensionPage('popup.html'));
  await browser.stopWorkers();
  await page.evaluate('chrome.storage.session.clear()');
  await page.reload();
  await page.waitForTimeout(1000);
  await page.close();
}
