import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { launchBrowser } from '../browser/launch.ts';
import { expect, test } from '../fixtures.ts';
import { expectShut, extensionDir, type Harness } from '../harness/harness.ts';
import { inOurScript, pause } from './tools.ts';

const sessions = async (harness: Harness) =>
  (await call(harness.cleo.send, wire.live, {})).sessions.filter(
    ({ session }) => session.ended === undefined,
  );

/** Fixes the other extension's id, so that its page can be opened. */
const OTHER_ID = 'geegodngohnknokmmnefbclfahmkimge';
const OTHER_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1dKun/2b41iPcAO1zo9BMMcp77XaGA5ET4scKEfHVQmEuKPFRDt/ld25vPIb7Mgq5npnhmJ3RI8mPBJAZ6OrmQj1K/sAmphDIUvUbazCPgl1Pa4MI1ii25yieLrMcfqwrZ7EYFbk7aPfjRcJcXah8Y+n2eU1O8Gi+wwfk6YbDMyX3R0a7SoGwE3Tuw2Ni1ciftsZ1GM5aSmAl1iXtn3Up+AGECdIZ6O1tbcZfXS6WkQyXaF0uod1YJOPGoRzoK5gc/WkbzuZUe4hDD0YWkY78rvYEYIz1fH5hTTWYhsZ0rgq7HgZK1kufKGP4MSqrWWa5xW4d9z40vfXpmHkAw8AiwIDAQAB';

/** Everything that our own pages may say to the worker, as somebody else would try it. */
const demands = (grant = '') => [
  { type: 'offers', input: { console: 'harbour' } },
  {
    type: 'ask',
    input: {
      console: 'harbour',
      level: 'change',
      seconds: 900,
      justification: 'forged',
      ticket: '',
      address: '',
      extends: '',
    },
  },
  { type: 'withdraw', input: { request: 'A'.repeat(22) } },
  { type: 'activate', input: { request: 'A'.repeat(22) } },
  { type: 'end', input: { grant: grant || 'A'.repeat(22) } },
  { type: 'pair', input: { server: 'https://evil.example', ticket: 'A'.repeat(43) } },
  { type: 'unpair', input: {} },
  { type: 'refresh', input: {} },
  { type: 'permissions', input: {} },
];

test('T29, case 39: a page or the companion says "granted" in every way, and nothing opens', async ({
  harness,
}) => {
  const shut = await harness.tab('harbour', '/');
  await expectShut(shut);
  const page = await harness.tab('pier', '/forge');
  await harness.ben.page.goto(harness.server.origin);
  for (const liar of [page, harness.ben.page]) {
    await liar.evaluate(
      ([ids, demands]) => {
        const grant = { granted: true, access: 'change', console: 'harbour', until: Date.now() + 3_600_000 };
        const gates = [{ ...grant, name: 'Harbour', hosts: ['harbour.localhost'], base: 'none' }];
        for (const said of [
          grant,
          { gates },
          { type: 'gates', gates },
          { status: { grants: [grant] } },
          ...demands,
        ]) {
          postMessage(said, '*');
          dispatchEvent(new CustomEvent('countersign', { detail: said }));
          const { chrome } = globalThis as {
            chrome?: { runtime?: { sendMessage(id: string, m: unknown): void } };
          };
          chrome?.runtime?.sendMessage(ids, said);
        }
      },
      [harness.browser.extensionId, demands()] as const,
    );
  }
  await expect.poll(async () => Number(await page.locator('#forged').textContent())).toBeGreaterThan(12);
  await expectShut(shut);
  await shut.goto(harness.url('harbour')).catch(() => undefined);
  await expectShut(shut);
  expect(harness.reached('harbour')).toEqual([]);
  expect(await sessions(harness)).toEqual([]);
  expect((await call(harness.cleo.send, wire.inbox, {})).toDecide).toEqual([]);
});

test('case 41: from inside a console’s page nothing can be asked for, started or read', async ({
  harness,
}) => {
  const { page, grant } = await harness.opened('harbour', '/');
  for (const demand of demands(grant)) {
    const answer = await inOurScript(page, `chrome.runtime.sendMessage(${JSON.stringify(demand)})`);
    expect(answer, demand.type).toMatchObject({ ok: false, code: 'forbidden' });
  }
  const session = inOurScript(page, 'chrome.storage.session.get(null)');
  await expect(session).rejects.toThrow(/not allowed/i);
  const local = Object(await inOurScript(page, 'chrome.storage.local.get(null)')) as object;
  expect(Object.keys(local).filter((key) => !/^(gates|act:.*|strip:.*|place:.*)$/.test(key))).toEqual([]);
  // Closing it may do, for its own console alone.
  const other = await inOurScript(
    page,
    `chrome.runtime.sendMessage({ type: 'end-here', input: { console: 'quay' } })`,
  );
  expect(other).toMatchObject({ ok: false, code: 'forbidden' });
  expect(await sessions(harness)).toHaveLength(1);
});

test('case 42: our pages, framed by somebody else, have nothing to press and nothing to tell', async ({
  harness,
}) => {
  const { page: open } = await harness.opened('harbour', '/');
  const page = await harness.browser.context.newPage();
  for (const site of [harness.own.origin('elsewhere.localhost'), harness.url('pier', '')]) {
    await page.goto(`${site}/`);
    const pages = [
      'form.html#harbour',
      `gate.html#${harness.url('harbour')}`,
      'pair.html#x',
      'popup.html',
      'form.html#buoy',
    ];
    await page.evaluate(
      (all) => {
        for (const src of all) document.body.append(Object.assign(document.createElement('iframe'), { src }));
      },
      pages.map((name) => harness.browser.extensionPage(name)),
    );
    await pause(1200);
    for (const frame of page.frames().slice(1)) {
      if (!frame.url().startsWith('chrome-extension:')) continue;
      const buttons = await frame.getByRole('button').allTextContents();
      expect(
        buttons.filter((name) => !/^(Close|Try again|Back)/.test(name)),
        frame.url(),
      ).toEqual([]);
      expect(await frame.locator('body').innerText()).not.toMatch(/\bben\b|cleo|minutes/);
    }
  }
  await expect(open).toHaveURL(harness.url('harbour'));
});

test('case 40: another extension speaks, and nobody answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-other-'));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ manifest_version: 3, name: 'Other', version: '1', key: OTHER_KEY }),
  );
  await writeFile(join(folder, 'page.html'), '<!doctype html><title>Other</title>');
  const both = `${resolve(extensionDir)},${folder}`;
  const browser = await launchBrowser({
    extensionDir,
    args: [`--load-extension=${both}`, `--disable-extensions-except=${both}`],
  });
  try {
    const page = await browser.context.newPage();
    await page.goto(`chrome-extension://${OTHER_ID}/page.html`);
    const answers = await page.evaluate(
      async ([id, all]) => {
        const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome;
        const said = (demand: unknown) =>
          runtime.sendMessage(id, demand).then(
            (answer) => JSON.stringify(answer),
            (cause: Error) => cause.message,
          );
        const port = new Promise<string>((gone) => {
          runtime.connect(id).onDisconnect.addListener(() => gone(runtime.lastError?.message ?? ''));
        });
        return [...(await Promise.all(all.map(said))), await port];
      },
      [browser.extensionId, [...demands(), { type: 'check', input: { console: 'harbour' } }]] as const,
    );
    for (const answer of answers) expect(answer).toMatch(/Receiving end does not exist/);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
});
type Runtime = {
  sendMessage(id: string, message: unknown): Promise<unknown>;
  connect(id: string): { onDisconnect: { addListener(heard: () => void): void } };
  lastError?: { message: string };
};
