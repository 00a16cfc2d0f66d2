import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { launchBrowser } from '../browser/launch.ts';
import { VirtualKey } from '../browser/virtual-key.ts';
import { startOwnConsole } from '../consoles/own/server.ts';
import { enrol, invite, type Person, signIn, skipSecondKey } from '../harness/people.ts';
import { startServer } from '../harness/server.ts';
import { expectShut, extensionDir } from '../harness/harness.ts';
import { type Office, openOffice, someone } from './fixtures.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

const goodPolicy = (start: string): string => `version: 1
consoles:
  harbour:
    name: Harbour
    hosts: [harbour.localhost]
    start: ${start}
    mode: closed
groups:
  on-call: [ben]
eligibility:
  - name: harbour-on-call
    who: [group:on-call]
    consoles: [harbour]
    levels: [change]
    durations: [PT15M, PT30M]
    decides: [role:approver]
`;

/** Wrong in meaning alone: a rule for a console that is not there, on line 13. */
const badPolicy = (start: string): string =>
  goodPolicy(start).replace('[harbour]\n    levels', '[harbor]\n    levels');

const linkIsSpent = async (office: Office, link: string): Promise<void> => {
  const { page, context } = await office.desk('somebody');
  await page.goto(link);
  await expect(page.getByText(/This link (no longer works|is not valid)/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Enrol this key' })).toHaveCount(0);
  await context.close();
};

/** After the first key: registers another one, and lets the first one vouch for it. */
async function addSecondKey({ page, key, context }: Person): Promise<void> {
  const spare = new VirtualKey();
  await key.unplug();
  await spare.follow(context);
  await page.getByLabel('Name of the new key').fill('spare, in the safe');
  await page.getByRole('button', { name: 'Register the new key' }).click();
  const vouch = page.getByRole('button', { name: 'Vouch with your key' });
  await vouch.waitFor();
  await spare.unplug();
  await key.plug();
  await vouch.click();
  await page.waitForURL('**/');
}

/** Pairs as people do: one button here, one there, a look at both codes, one touch. */
async function pairByHand({ page, context }: Person, origin: string): Promise<void> {
  await page.goto(origin);
  await page.getByRole('link', { name: 'Pair this browser' }).first().click();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Pair this browser' }).click();
  const extension: Page = await opened;
  // The server's address and the hosts came along: there is nothing to type into.
  await expect(extension.getByRole('textbox')).toHaveCount(0);
  await expect(extension.getByText('harbour.localhost')).toBeVisible();
  await extension.getByRole('button', { name: 'Pair this browser' }).click();
  const code = (await extension.getByRole('img', { name: /^Code/ }).textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  await page.bringToFront();
  await expect(page.getByText(code, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Yes, pair with your key' }).click();
  await expect(page.getByText('This browser is paired.')).toBeVisible();
  await expect(extension.getByRole('heading', { name: 'This browser is paired' })).toBeVisible();
  await extension.close();
}

/** What was started and has to be ended, whatever became of the test. */
const started: (() => Promise<unknown>)[] = [];
test.afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end();
});
async function kept<T>(running: Promise<T>, end: (of: T) => Promise<unknown>): Promise<T> {
  const thing = await running;
  started.push(() => end(thing));
  return thing;
}

test('first run: two keys, three people, a policy of their own, a paired browser, a shut console', async () => {
  const own = await kept(startOwnConsole(), (one) => one.stop());
  const server = await kept(startServer(), (one) => one.stop());
  const office = await kept(openOffice(), (one) => one.close());
  const browser = await kept(launchBrowser({ extensionDir }), (one) => one.close());
  const start = `${own.origin('harbour.localhost')}/`;
  const ada = await office.desk('ada');
  const ben = await someone('ben', browser.context);

  await test.step('nobody is enrolled: the way in is the link that the server printed', async () => {
    await ada.page.goto(server.origin);
    await expect(ada.page.getByRole('heading', { name: /not set up yet/ })).toBeVisible();
    await ada.page.goto(`${server.origin}/setup#${'A'.repeat(43)}`);
    await expect(ada.page.getByText('This link is not valid')).toBeVisible();
  });

  await test.step('the first administrator enrols a key and a second one', async () => {
    await enrol(ada, server.setupLink);
    await addSecondKey(ada);
    await ada.page.goto(`${server.origin}/me`);
    await expect(ada.page.getByRole('button', { name: /^Remove/ })).toHaveCount(2);
    await expect(ada.page.getByRole('rowheader', { name: 'spare, in the safe' })).toBeVisible();
    await linkIsSpent(office, server.setupLink);
  });

  await test.step('two people are invited and enrol theirs; no link works twice', async () => {
    const cleo = await office.desk('cleo');
    const forCleo = await invite(ada, server.origin, 'cleo', ['approver', 'auditor']);
    await enrol(cleo, forCleo);
    await skipSecondKey(cleo);
    await linkIsSpent(office, forCleo);
    await enrol(ben, await invite(ada, server.origin, 'ben', ['engineer']));
    await skipSecondKey(ben);
    await linkIsSpent(office, `${server.origin}/enrol#${'B'.repeat(43)}`);
    await ada.page.goto(`${server.origin}/people`);
    await expect(ada.page.getByRole('row', { name: /cleo.*approver, auditor/ })).toBeVisible();
    await expect(ada.page.getByRole('row', { name: /ben.*engineer/ })).toBeVisible();
  });

  await test.step('signed in at two desks: one signs out the other, and a second tab goes with the first', async () => {
    const other = await office.desk('ada');
    await other.key.load(await ada.key.credentials());
    await signIn(other, server.origin);
    await ada.key.load(await other.key.credentials());
    const { page } = ada;
    await page.goto(`${server.origin}/me`);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('button', { name: 'Sign out with your key' }).click();
    await expect(page.getByText('Signed out everywhere else.')).toBeVisible();
    const signedOut = (of: Page) =>
      expect(of.getByRole('button', { name: 'Sign in with your key' })).toBeVisible();
    await signedOut(other.page);
    await other.context.close();

    const second = await ada.context.newPage();
    await second.goto(server.origin);
    await expect(second.getByRole('heading', { name: 'Inbox' })).toBeVisible();
    const remembered = (): Promise<unknown[]> => second.evaluate(() => Object.entries(localStorage));
    const before = await remembered();
    expect(before).not.toEqual([]);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await signedOut(page);
    await signedOut(second);
    // Which log was seen first outlives a sign-in.
    expect(await remembered()).toEqual(before);
    await second.close();
    await signIn(ada, server.origin);
  });

  await test.step('a wrong policy is refused whole, by line and field; a right one comes into force by itself', async () => {
    const { page } = ada;
    await page.goto(`${server.origin}/consoles`);
    const refused = page.getByText('The policy file was rejected. The previous policy stays in force.');
    const example = page.getByRole('heading', { name: 'Node-RED' });
    await expect(example).toBeVisible();
    await expect(refused).toHaveCount(0);
    await writeFile(server.policyFile, badPolicy(start));
    await expect(refused).toBeVisible();
    await expect(
      page.getByRole('listitem').filter({ hasText: /^Line 13, eligibility\b.*harbor/ }),
    ).toBeVisible();
    await expect(example).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Harbour' })).toHaveCount(0);
    await writeFile(server.policyFile, goodPolicy(start));
    await expect(page.getByRole('heading', { name: 'Harbour' })).toBeVisible();
    await expect(refused).toHaveCount(0);
    await expect(example).toHaveCount(0);
  });

  await test.step('countersign policy check says who could ask for what now', async () => {
    const check = (policy: string) =>
      spawnSync(process.execPath, ['server/cli/countersign.mjs', 'policy', 'check', policy], {
        cwd: project,
        encoding: 'utf8',
        env: { ...process.env, COUNTERSIGN_DATA: server.dataFolder },
      });
    const { status, stdout } = check(server.policyFile);
    expect(stdout).toContain('would be accepted');
    expect(stdout).toMatch(/^ben +Harbour +change +PT15M PT30M +ada, cleo +harbour-on-call$/m);
    expect(stdout).toContain("People and roles come from the server's data folder");
    expect(status).toBe(0);
    const wrong = `${server.dataFolder}/wrong.yaml`;
    await writeFile(wrong, badPolicy(start));
    const said = check(wrong);
    expect(said.stderr).toMatch(
      /wrong\.yaml:13: eligibility\[0\]\.consoles\[0\]: There is no console "harbor"/,
    );
    expect(said.status).toBe(1);
  });

  await test.step('the engineer pairs with one touch, types no address, and finds the console shut', async () => {
    await browser.allowHosts(
      ['localhost', 'harbour.localhost'].flatMap((host) => [`http://${host}/*`, `https://${host}/*`]),
    );
    await pairByHand(ben, server.origin);
    const page = await browser.context.newPage();
    await page.goto(start).catch(() => undefined);
    await expectShut(page);
    await expect(page.getByRole('radio', { name: '30 minutes' })).toBeVisible();
    expect(own.log).toEqual([]);
  });
});
