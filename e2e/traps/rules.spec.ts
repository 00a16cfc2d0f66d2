import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { labelsRegex, pathRegex } from '../../extension/features/gate/patterns.ts';
import { expectShut, patternsOf, Harness } from '../harness/harness.ts';
import { most } from '#shared/policy/gateable.ts';
import { ungranted, words } from './tools.ts';

/** The rules as the browser takes them: its limits, hosts below and above each other, and rules that it refuses. */

type Update = { addRules?: { condition: { requestDomains?: string[] } }[] };
declare const chrome: {
  declarativeNetRequest: {
    isRegexSupported(options: {
      regex: string;
      requireCapturing?: boolean;
    }): Promise<{ isSupported: boolean }>;
    getDynamicRules(): Promise<object[]>;
    getSessionRules(): Promise<{ action: { type: string } }[]>;
    updateDynamicRules(update: Update): Promise<void>;
  };
};

test.describe.configure({ mode: 'serial' });

let harness: Harness;
test.beforeAll(async () => {
  // The server lives below a console's host, and that host is the parent of every other console.
  harness = await Harness.open(
    {},
    {
      host: 'countersign.localhost',
      hosts: ['localhost'],
      consoles: `  site:
    name: Site
    hosts: [localhost]
    start: http://localhost/
    mode: closed
`,
      eligibility: `  - name: site-rule
    who: [ben]
    consoles: [site]
    levels: [change]
    durations: [PT15M]
    decides: nobody
`,
    },
  );
});
test.afterAll(async () => {
  await harness.close();
});

/** A page of this host is whole: its script ran, and it may ask its own host and others. */
async function expectUntouched(page: Page, host: string): Promise<void> {
  await page.goto(harness.own.origin(host) + '/keys');
  const asks = (url: string, method: string) =>
    page.evaluate(([to, how]) => fetch(to, { method: how, mode: 'no-cors' }).then(() => 'answered'), [
      url,
      method,
    ] as const);
  expect(await page.evaluate('typeof harbour.keys')).toBe('object');
  for (const to of [host, 'elsewhere.localhost', 'pier.localhost'])
    for (const method of ['GET', 'POST']) {
      if (to === 'pier.localhost' && method === 'POST') continue; // asked by strangers, which is another rule's matter
      expect([to, await asks(`${harness.own.origin(to)}/api/x`, method)]).toEqual([to, 'answered']);
    }
}

test('case 95: subdomains that are no console and the server itself are untouched while the console above them is shut and while it is open', async () => {
  const site = `${harness.own.origin('localhost')}/`;
  const docs = await harness.browser.context.newPage();
  for (const host of ['docs.localhost', 'docs.harbour.localhost']) await expectUntouched(docs, host);
  const page = await harness.browser.context.newPage();
  await page.goto(site).catch(() => undefined);
  await expectShut(page);
  // Companion and activation are pages of the server's own host.
  await harness.ask(page);
  await harness.start(page);
  await expect.poll(() => page.url(), { intervals: [20] }).toBe(site);
  await harness.ben.page.goto(`${harness.server.origin}/consoles`);
  await expect(harness.ben.page.getByRole('heading', { name: 'Consoles' })).toBeVisible();
  await expectUntouched(docs, 'docs.localhost');
  await expectShut(await harness.tab('harbour'));
  await harness.clear();
  await expectShut(page).catch(() => expect(page.isClosed()).toBe(true));
});

test('case 94: one label or one character more, and Chromium refuses the expression: policy check stops there', async () => {
  const worker = await harness.browser.worker();
  const takes = (regex: string) =>
    worker.evaluate(
      async (text) => (await chrome.declarativeNetRequest.isRegexSupported({ regex: text })).isSupported,
      regex,
    );
  expect(await takes(labelsRegex(most.labels))).toBe(true);
  expect(await takes(labelsRegex(most.labels + 1))).toBe(false);
  const path = (length: number) => `/${'a-B._~%7'.repeat(20).slice(0, length - 1)}`;
  expect(await takes(pathRegex(path(most.path)))).toBe(true);
  expect(await takes(pathRegex(path(most.path + 1)))).toBe(false);
});

/** Waits until the browser has the policy, and adds consoles to it. */
async function nameMore(consoles: string): Promise<void> {
  const file = harness.server.policyFile;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('eligibility:\n', `${consoles}eligibility:\n`));
}

test('case 94: rules that the browser refuses cost only the console whose they are, and everybody hears of it', async () => {
  const { page, grant } = await harness.opened('harbour');
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  const worker = await harness.browser.worker();
  // A browser that takes no rule for one host, for a reason of its own.
  await worker.evaluate(() => {
    const { declarativeNetRequest: dnr } = chrome;
    const take = dnr.updateDynamicRules.bind(dnr);
    dnr.updateDynamicRules = async (update) => {
      const domains = (update.addRules ?? []).flatMap(({ condition }) => condition.requestDomains ?? []);
      if (domains.includes('odd.localhost')) throw new Error('This rule is refused.');
      return take(update);
    };
  });
  const odd = `${harness.own.origin('odd.localhost')}/live`;
  const tab = await harness.browser.context.newPage();
  await tab.goto(odd);
  await nameMore(`  odd:
    name: Odd
    hosts: [odd.localhost]
    start: ${odd}
    mode: closed
  even:
    name: Even
    hosts: [even.localhost]
    start: ${harness.own.origin('even.localhost')}/
    mode: closed
`);
  // Its page is left, though no rule shuts it, and so is one that is opened now.
  await expectShut(tab);
  await expect(popup.getByText('The browser rejected the rules for some consoles')).toBeVisible();
  await expect(popup.getByText(/^Odd stays shut in this browser/)).toBeVisible();
  await tab.goto(odd).catch(() => undefined);
  await expectShut(tab);
  const even = await harness.browser.context.newPage();
  await even.goto(`${harness.own.origin('even.localhost')}/`).catch(() => undefined);
  await expectShut(even);
  await expectShut(await harness.tab('quay'));
  // Who has access elsewhere keeps it.
  expect(page.url()).toBe(harness.url('harbour'));
  expect(await page.evaluate(() => fetch('/api/x', { method: 'POST' }).then(({ status }) => status))).toBe(
    200,
  );
  await harness.ben.page.goto(`${harness.server.origin}/me`);
  await expect(harness.ben.page.getByText('Gate incomplete Odd')).toBeVisible();
  const noted = async () => words(await ungranted(harness, 'odd'));
  await expect
    .poll(noted)
    .toContainEqual(expect.stringMatching(/rejected the rules that protect this console/));

  // And where the browser takes no rule at all any more, what a grant opened still goes.
  await worker.evaluate(() => {
    chrome.declarativeNetRequest.updateDynamicRules = () => Promise.reject(new Error('No rule is taken.'));
  });
  await harness.cleo.revoke(grant);
  await expectShut(page);
  harness.own.clear();
  await tab.goto(`${harness.own.origin('elsewhere.localhost')}/`);
  const sent = tab.evaluate(
    (to) => fetch(to, { method: 'POST', mode: 'no-cors' }).then(() => 'sent'),
    harness.url('harbour', '/api/do/purge'),
  );
  await expect(sent).rejects.toThrow(/Failed to fetch/);
  expect(harness.reached('harbour')).toEqual([]);
  const session = await worker.evaluate(() => chrome.declarativeNetRequest.getSessionRules());
  expect(session.filter(({ action }) => action.type === 'allow')).toEqual([]);
});

test('case 94: 2,000 hosts on 500 consoles', async () => {
  // The worker comes back as it is, without what stood in for a browser that refuses.
  await harness.browser.stopWorkers();
  const stands = await readFile(harness.server.policyFile, 'utf8');
  const there = [...stands.matchAll(/hosts: \[/g)].length;
  // Short names, for all of it has to fit in an entry of the log.
  const ids = Array.from({ length: 500 - there }, (_, at) => at.toString(36));
  const first = 2000 - there - 4 * (ids.length - 1);
  const hostsOf = (id: string) =>
    Array.from({ length: id === '0' ? first : 4 }, (_, at) => `${(at + 10).toString(36)}${id}.x`);
  const last = ids.at(-1) ?? '';
  const entry = (id: string) =>
    `  c${id}: {name: C, hosts: [${hostsOf(id).join()}], start: 'http://a${id}.x'}\n`;
  await nameMore(ids.map(entry).join(''));
  const popup = await harness.browser.context.newPage();
  await popup.goto(harness.browser.extensionPage('popup.html'));
  await expect(popup.getByText('Countersign needs permission for these hosts')).toBeVisible();
  // All but the five that were granted at pairing.
  await expect(popup.getByText(/^and 19\d\d more/)).toBeVisible();
  await expect(popup.getByText('The browser rejected the rules')).toHaveCount(0);
  // Not allowed to be seen by us, and not even there: shut all the same, first and last, and its neighbour is not.
  const page = await harness.browser.context.newPage();
  for (const host of ['a0.x', `d${last}.x`, 'b7z.x']) {
    await page.goto(`http://${host}/`).catch(() => undefined);
    await expectShut(page);
  }
  const beside = await harness.browser.context.newPage();
  await expect(beside.goto('http://azz.x/')).rejects.toThrow(/ERR_NAME_NOT_RESOLVED/);
  await expectShut(await harness.tab('harbour'));
  await harness.browser.grantHosts(ids.slice(0, 3).flatMap(hostsOf).flatMap(patternsOf));
  await page.goto('http://c1.x/').catch(() => undefined);
  await expectShut(page);
  await expect(page.getByRole('heading', { name: 'C', exact: true })).toBeVisible();
});
