import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type Page, chromium, expect, test } from '@playwright/test';
import { openZip } from '#shared/evidence/zip.ts';
import { pack, unpack } from '../server/testing/bundles.ts';
import { type Story, tellStory } from '../server/testing/scenario.ts';
import { findChromium } from './browser/find.ts';
import { launchFirefox } from './browser/marionette.ts';
import { expectAccessible } from './harness/axe.ts';
import { atPhone, widerThanItsWindow } from './scenarios/notifications.ts';

/**
 * Case 64 as a stranger lives it: a bundle and the page that came in it, from a folder, without a network.
 * `verify.html` is the one that the server put into the bundle.
 */
let story: Story;
let folder: string;
let bundle: string;
let pins: { logKey: string; genesis: string };
let browser: Browser;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  story = await tellStory();
  folder = await mkdtemp(join(tmpdir(), 'countersign-evidence-'));
  bundle = join(folder, 'evidence.zip');
  const { server, decided } = story;
  pins = { logKey: server.services.log.verifierKey, genesis: server.services.log.genesis };
  const address = `${server.origin}/api/evidence?kind=session&session=${decided.session}`;
  await server.admin.signIn();
  const answer = await fetch(address, { headers: { cookie: server.admin.cookie } });
  await writeFile(bundle, new Uint8Array(await answer.arrayBuffer()));
  const files = await openZip(new Blob([await readFile(bundle)]));
  await writeFile(join(folder, 'verify.html'), (await files.read('verify.html')) ?? '');
  await server.stop();
  const { path: executablePath } = await findChromium();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
test.afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
  await story.server.remove();
});

/** The page from the folder, cut off from every network; whatever it asks for is kept. */
async function opened(): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => asked.push(error.message));
  page.on('console', (message) => message.type() === 'error' && asked.push(message.text()));
  await page.goto(pathToFileURL(join(folder, 'verify.html')).href);
  await expect(page.getByRole('heading', { name: 'Verify evidence' })).toBeVisible();
  return { page, asked };
}

const choose = (page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }) =>
  page.getByLabel(/Drop the bundle here|Drop or choose another/).setInputFiles(file);

test('Chromium, from a file, offline: the verdict first, what was checked under it, pins from elsewhere', async () => {
  const { page, asked } = await opened();
  await expectAccessible(page, 'the verifier with nothing');
  await choose(page, bundle);
  const banner = page.getByRole('status').or(page.getByRole('alert'));
  await expect(banner.getByText('Not everything could be verified.')).toBeVisible();
  await page.getByLabel('Genesis hash').fill(pins.genesis);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Verified in this page')).toBeVisible();
  await expect(page.getByText(/3 actions of this session; 27 of 41 entries, 20 touches/)).toBeVisible();
  await expect(page.getByText(/^Approved ana to change vault for 30 minutes: ben, at/).first()).toBeVisible();
  await page.getByLabel('Keys of external witnesses').fill('nonsense');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText(/^“nonsense” is not a witness key/).first()).toBeVisible();
  await page.getByLabel('Keys of external witnesses').fill('');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText('Verified in this page')).toBeVisible();
  await expectAccessible(page, 'the verifier with a verdict');
  await atPhone(page, async () => {
    expect(await widerThanItsWindow(page)).toEqual([]);
    await expectAccessible(page, 'the verifier at 390 px');
  });
  await page.reload();
  await expect(page.getByLabel('Genesis hash')).toHaveValue('');
  expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
  await page.context().close();
});

test('the keyboard alone chooses a file', async () => {
  const { page } = await opened();
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel(/Drop the bundle here/)).toBeFocused();
  await page.keyboard.press('Space');
  await (await chooser).setFiles(bundle);
  await expect(page.getByText('Not everything could be verified.')).toBeVisible();
  await page.context().close();
});

test('a dropped file is checked', async () => {
  const { page } = await opened();
  const bytes = [...(await readFile(bundle))];
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(content)], 'evidence.zip', { type: 'application/zip' }));
    return data;
  }, bytes);
  const target = page.locator('label', { hasText: 'Drop the bundle here' });
  await target.dispatchEvent('dragover', { dataTransfer: transfer });
  await target.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByText('Not everything could be verified.')).toBeVisible();
  await page.context().close();
});

test('case 64: edited bundles are red, and the page says which entry', async () => {
  const { page } = await opened();
  const edit = async (name: string, from: RegExp, to: string) => {
    const files = await unpack(new Blob([await readFile(bundle)]));
    const text = new TextDecoder().decode(files.get(name));
    expect(text).toMatch(from);
    files.set(name, new TextEncoder().encode(text.replace(from, to)));
    return Buffer.from(await (await pack(files)).arrayBuffer());
  };
  const cut = (await readFile(bundle)).subarray(0, 20_000);
  for (const [buffer, words] of [
    [
      await edit('entries/000.txt', /"decision":"approve"/, '"decision":"deny"'),
      /^Entry 10 is not what the log was signed over\.$/,
    ],
    [
      await edit('details/000.jsonl', /Opened the vault/, 'Opened the door'),
      /^Beside entry 12 lies another text/,
    ],
    [
      await edit('states/000.jsonl', /"endedHow":"handed-back"/, '"endedHow":"ran-out"'),
      /gives a different state of grant/,
    ],
    [Buffer.from(cut), /not a complete ZIP file/],
    [Buffer.from('hello'), /not a complete ZIP file/],
  ] as const) {
    await choose(page, { name: 'edited.zip', mimeType: 'application/zip', buffer });
    await expect(page.getByText('Verification failed.')).toBeVisible();
    await expect(page.getByText(words).first()).toBeVisible();
  }
  await expectAccessible(page, 'the verifier with a failure');
  await page.context().close();
});

test('Firefox, from a file: the same verdict', async () => {
  const firefox = await launchFirefox({ addonId: 'none@countersign.example' });
  try {
    await firefox.open(pathToFileURL(join(folder, 'verify.html')).href);
    const text = () => firefox.run('return document.body.innerText').then(String);
    await expect.poll(text).toContain('Verify evidence');
    const found = await firefox.send('WebDriver:FindElement', {
      using: 'css selector',
      value: 'input[type=file]',
    });
    const [id] = Object.values(Object(found));
    await firefox.send('WebDriver:ElementSendKeys', { id, text: bundle });
    await expect.poll(text).toContain('Not everything could be verified.');
    expect(await text()).toMatch(/Every batch is included, from its start/);
  } finally {
    await firefox.close();
  }
});
