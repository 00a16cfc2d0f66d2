import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../browser/find.ts';
import type { ConsoleHandle } from './handle.ts';
import { startNodeRed } from './node-red.ts';

let nodeRed: ConsoleHandle;
let browser: Browser;

beforeAll(async () => {
  nodeRed = await startNodeRed();
  const { path } = await findChromium();
  browser = await chromium.launch({ executablePath: path });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await nodeRed?.stop();
});

const asked = (method: string, url: string) =>
  nodeRed.log.filter((access) => access.kind === 'request' && access.method === method && access.url === url);

test('the editor opens, triggers and deploys, and its own log says so', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(nodeRed.origin('nodered.localhost'));
  const backup = page.locator('#f1a0c0de00000002');
  await backup.waitFor();
  expect(await backup.locator('.red-ui-flow-node-label-text').textContent()).toBe('Night backup');
  expect(nodeRed.sockets().map(({ kind, url }) => [kind, url])).toEqual([['ws', '/comms']]);

  await backup.locator('.red-ui-flow-node-button-button').click();
  await page.locator('.red-ui-debug-msg').filter({ hasText: 'payments-eu' }).waitFor();
  expect(asked('POST', '/inject/f1a0c0de00000002')).toHaveLength(1);

  await page.locator('#f1a0c0de00000003 rect.red-ui-flow-node').dblclick();
  await page.locator('#node-input-name').fill('Rotate all keys');
  await page.locator('#node-dialog-ok').click();
  await page.locator('#red-ui-header-button-deploy:not(.disabled)').click();
  await page.getByText('Successfully deployed').waitFor();
  expect(asked('POST', '/flows')).toHaveLength(1);

  await page.close();
  await expect.poll(() => nodeRed.sockets()).toEqual([]);
  expect(nodeRed.log.at(-1)?.kind).toBe('ws-close');
  nodeRed.clear();
  expect(nodeRed.log).toEqual([]);
});
