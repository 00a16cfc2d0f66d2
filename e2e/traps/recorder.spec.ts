import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Harness } from '../harness/harness.ts';
import { pause, recorded, ungranted, words } from './tools.ts';

/** Words of what was done in Harbour, polled: they arrive within two seconds or so. */
const told = (harness: Harness) => expect.poll(async () => words(await recorded(harness, 'harbour')));

/** Everything that the extension has stored, as text. */
async function stored(harness: Harness): Promise<string> {
  const page = await harness.browser.context.newPage();
  await page.goto(harness.browser.extensionPage('manifest.json'));
  const text = await page.evaluate(async () => {
    const { chrome } = globalThis as unknown as {
      chrome: { storage: Record<'local' | 'session', { get(keys: null): Promise<object> }> };
    };
    const found: unknown[] = [await chrome.storage.local.get(null), await chrome.storage.session.get(null)];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((open) => {
        const asked = indexedDB.open(name ?? '');
        asked.onsuccess = () => open(asked.result);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        found.push(await new Promise((read) => (all.onsuccess = () => read(all.result))));
      }
      database.close();
    }
    return JSON.stringify(found);
  });
  await page.close();
  return text;
}

/** Everything that the server has written: its data folder, byte for byte, and what it has printed. */
async function kept(harness: Harness): Promise<string> {
  const files = await readdir(harness.server.dataFolder, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'));
  return [harness.server.output(), ...(await Promise.all(texts))].join('\n');
}

async function popup(page: Page): Promise<Page> {
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate(() => void window.open('/search')),
  ]);
  return opened;
}

/** In the page: a button whose handler leaves at once, one way or another. */
function leaveBy({ name, way, to }: { name: string; way: string; to: string }): void {
  const button = document.createElement('button');
  button.textContent = name;
  const form = document.createElement('form');
  form.action = '/search';
  form.innerHTML = `<input name="to" type="hidden" value="${to}">`;
  document.body.prepend(button, form);
  button.addEventListener('click', () => {
    if (way === 'navigate') location.assign(`/search?to=${to}`);
    else if (way === 'submit') form.submit();
    else window.close();
  });
}

test('T1: 24 clicks that leave at once, each with the worker asleep, are all stored', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/');
  const names = Array.from({ length: 24 }, (_, n) => `Leave ${String(n).padStart(2, '0')}`);
  const tab = await harness.tab('harbour', '/search');
  for (const [n, name] of names.entries()) {
    const way = ['navigate', 'submit', 'close'][n % 3] ?? '';
    const here = way === 'close' ? await popup(page) : tab;
    await here.waitForLoadState();
    await here.evaluate(leaveBy, { name, way, to: String(n) });
    // Shown at last: the page has asked the worker whether it may, and a worker killed over that says no.
    await here.getByRole('button', { name }).waitFor();
    // Chromium drops a press in a tab that is not in front, or has not painted yet: nobody could have made it.
    await here.bringToFront();
    await expect
      .poll(() => here.evaluate(() => performance.getEntriesByType('paint').length))
      .toBeGreaterThan(0);
    // The worker that the click before woke puts its script into open tabs, which covers them and asks once more.
    await pause(400);
    await here.getByRole('button', { name }).waitFor();
    await harness.browser.stopWorkers();
    const left = way === 'close' ? here.waitForEvent('close') : here.waitForURL(`**/search?to=${n}`);
    const press = here.getByRole('button', { name }).click({ noWaitAfter: true });
    // A page that closes itself may be gone before Playwright has let go of the button.
    await Promise.all([left, way === 'close' ? press.catch(() => undefined) : press]);
  }
  const clicked = async () =>
    words(await recorded(harness, 'harbour')).filter((text) => text.includes('Leave ')).length;
  // All are stored at once; a worker killed in the middle of a delivery goes on at its next look, half a minute later,
  // and it may have been killed twice.
  await expect.poll(clicked, { timeout: 90_000 }).toBe(24);
  const all = words(await recorded(harness, 'harbour'));
  for (const name of names) expect(all.filter((text) => text.includes(name))).toHaveLength(1);
});

test('T19: after document.open() the recorder is armed again', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/rewrite');
  await page.click('#rewrite');
  await page.click('#after');
  await told(harness).toContainEqual(expect.stringMatching(/Clicked .*Purge rewritten/));
  await told(harness).toContainEqual(expect.stringMatching(/POST \/api\/do\/rewritten/));
});

test('T20: an element that goes at pointerdown is one action, once', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/vanish');
  const box = await page.locator('#vanish').boundingBox();
  await page.mouse.click(box!.x + 5, box!.y + 5);
  await told(harness).toContainEqual(expect.stringContaining('Delete vhost staging'));
  await told(harness).toContainEqual(expect.stringMatching(/POST \/api\/do\/vanish/));
  expect(words(await recorded(harness, 'harbour')).filter((text) => text.startsWith('Clicked'))).toHaveLength(
    1,
  );
});

test('T21, T22: a form sent by script or by hand is told without one value; a password is nowhere', async ({
  harness,
}) => {
  const { page } = await harness.opened('harbour', '/forms');
  await page.click('#submit-by-script');
  await page.waitForURL('**/rotate');
  await told(harness).toContainEqual(expect.stringMatching(/^Submitted /));
  await page.goto(harness.url('harbour', '/forms'));
  await page.getByLabel('User', { exact: true }).fill('maria-the-user');
  await page.getByLabel('Password').pressSequentially('tr0ub4dor-secret');
  await page.getByRole('button', { name: 'Save user' }).click();
  await page.waitForURL('**/users');
  await told(harness).toContainEqual(expect.stringMatching(/POST \/users/));
  const submitted = words(await recorded(harness, 'harbour')).filter((text) => text.startsWith('Submitted'));
  expect(submitted).toHaveLength(2);
  for (const place of [
    await stored(harness),
    await kept(harness),
    JSON.stringify(await recorded(harness, 'harbour')),
  ])
    for (const secret of ['hunter2-hidden', 'tr0ub4dor-secret', 'maria-the-user'])
      expect(place.includes(secret), secret).toBe(false);
});

test('T23: what a script presses is told as nobody’s act', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/scripted');
  await told(harness).toContainEqual(expect.stringContaining('Purge orders'));
  const pressed = (await recorded(harness, 'harbour')).filter(({ detail }) =>
    detail?.words.includes('Purge orders'),
  );
  expect(pressed.map(({ trusted }) => trusted)).toEqual([false]);
  await page.click('#pressed');
  await expect
    .poll(async () =>
      (await recorded(harness, 'harbour'))
        .filter(({ detail }) => detail?.words.includes('Purge orders'))
        .map(({ trusted }) => trusted),
    )
    .toEqual([false, true]);
});

test('case 72: codes and signatures in addresses stay in the page', async ({ harness }) => {
  const page = await harness.tab(
    'pier',
    '/leak?code=0auth-c0de-secret&state=xyz#access_token=hash-t0ken-secret',
  );
  const waits = await harness.tab(
    'harbour',
    '/leak?code=0auth-c0de-secret&state=xyz#id_token=hash-t0ken-secret',
  );
  await harness.ask(waits);
  await harness.waiting();
  await page.evaluate(() => history.pushState({}, '', '/leak?X-Amz-Signature=5ecre75ecre75ecre75ecre7'));
  await page.evaluate(() =>
    fetch('/api/do/share?sig=azure-s1gnature-secret&code=0auth-c0de-secret', { method: 'POST' }).then(
      () => undefined,
    ),
  );
  await page.click('#sas', { noWaitAfter: true });
  const told = () => ungranted(harness, 'pier').then((actions) => words(actions).join('\n'));
  await expect.poll(told).toMatch(/POST \/api\/do\/share/);
  await expect.poll(told).toMatch(/Download backup/);
  const secrets = [
    '0auth-c0de-secret',
    'hash-t0ken-secret',
    '5ecre75ecre7',
    'azure-s1gnature-secret',
    't0kent0ken',
  ];
  for (const place of [await stored(harness), await kept(harness)])
    for (const secret of secrets) expect(place.includes(secret), secret).toBe(false);
});

/** Neither what was typed nor what stood in an editor before is anywhere. */
async function nothingWritten(harness: Harness): Promise<void> {
  for (const place of [await stored(harness), await kept(harness)])
    expect(place.match(/.{60}hunter2.{20}/gis) ?? []).toEqual([]);
}

test('case 101: what is typed into editors, and what repeats it, is in no name, title or address', async ({
  harness,
}) => {
  const page = await harness.tab('pier', '/editors');
  await expect(page.locator('body')).toHaveAttribute('data-ready', 'yes');
  const told = () => ungranted(harness, 'pier').then((actions) => words(actions));

  await page.locator('#tag').pressSequentially('hunter2-tag');
  await page.locator('#preview').click();
  await page.locator('#suggestions b').click();
  await page.frameLocator('#shown').locator('p').click();
  await page.locator('#tag').press('Enter');
  await page.locator('#chips button').click();
  await page.locator('#chips em').click();
  await expect.poll(told).toContain('Clicked checkbox');
  expect((await told()).filter((one) => /^(Clicked|Went)/.test(one)).slice(-7)).toEqual([
    'Clicked p',
    'Clicked option',
    'Clicked p',
    'Went to /editors?tag=***',
    // Which words are the page's own is read when there is time; until then it is told without a name.
    expect.stringMatching(/^Clicked button( "Remove \*\*\*")?$/),
    'Clicked label',
    'Clicked checkbox',
  ]);

  const editors = ['#rich', '#closed', '#plain', '#cm5', '#cm6', '#quill', '#xterm'];
  for (const one of editors) {
    const editor = page.locator(one);
    await editor.scrollIntoViewIfNeeded();
    const text =
      one === '#closed'
        ? editor // which cannot be looked into
        : one === '#xterm'
          ? editor.locator('.xterm-screen')
          : editor.getByText(/hunter2/).first();
    await text.click();
    await page.keyboard.type(` hunter2${one}`);
    await page.keyboard.press('Enter');
    await text.click();
  }
  const design = page.frameLocator('#design').locator('p');
  await design.click();
  await page.keyboard.type('hunter2-design');
  await design.click();
  await page.getByRole('heading', { name: 'Editors' }).click();
  await expect.poll(told).toContain('Clicked h1 "Editors"');
  const clicked = (await told()).filter((one) => one.startsWith('Clicked')).slice(-17);
  expect(clicked).toEqual([
    ...['field "Note"', 'field', 'div', 'editor', 'field', 'field', 'terminal', 'field'].flatMap((one) => [
      `Clicked ${one}`,
      `Clicked ${one}`,
    ]),
    'Clicked h1 "Editors"',
  ]);
  await nothingWritten(harness);
});

const till = join(import.meta.dirname, '../../../shared/inputs/console.html');
test('case 101: a console that nobody here built: a terminal on a canvas, plain lines, a statement in the address', async ({
  harness,
}) => {
  test.skip(!existsSync(till), `${till} is not there`);
  await harness.browser.context.route('**/till', (route) => route.fulfill({ path: till }));
  const page = await harness.tab('pier', '/till');
  await page.locator('#screen').click();
  await page.keyboard.type("mysql -p'hunter2-canvas'");
  await page.keyboard.press('Enter');
  await page.locator('#screen').click();
  await page.locator('#code').click();
  await page.locator('#edit').fill("ALTER USER bob PASSWORD 'hunter2-line'");
  await page.locator('#code').click();
  await page.locator('#line').click();
  await page.getByRole('button', { name: 'Run statement' }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const told = () => ungranted(harness, 'pier').then((actions) => words(actions));
  await expect.poll(told).toContain('Clicked button "Create"');
  expect((await told()).filter((one) => /^(Clicked|Went)/.test(one)).slice(-8)).toEqual([
    'Clicked canvas',
    'Clicked canvas',
    'Clicked span',
    'Clicked span',
    'Clicked div',
    'Clicked button "Run statement"',
    'Went to /?sql=***',
    'Clicked button "Create"',
  ]);
  await nothingWritten(harness);
});
