import { rm } from 'node:fs/promises';
import { expect, type Frame, type FrameLocator, type Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { Person as SoftPerson } from '../../server/testing/person.ts';
import { launchBrowser, type Browser } from '../browser/launch.ts';
import { VirtualKey } from '../browser/virtual-key.ts';
import { type OwnConsole, startOwnConsole } from '../consoles/own/server.ts';
import { type NetworkProxy, startNetworkProxy } from './network-proxy.ts';
import { enrol, pair, type Person, skipSecondKey } from './people.ts';
import { type Server, startServer } from './server.ts';

/** Where the built extension lies. */
export const extensionDir = 'extension/.output/chrome-mv3';

/** Consoles of the test policy, all of them Harbour under other names. */
export type Console = 'harbour' | 'pier' | 'quay' | 'buoy' | 'mole';
const consoles: Record<Console, { mode: string; unreachable: string; decides: string }> = {
  /** Shut without a grant; cleo decides. */
  harbour: { mode: 'closed', unreachable: 'close', decides: '[cleo]' },
  /** Works without a grant, and is recorded. */
  pier: { mode: 'watch', unreachable: 'close', decides: '[cleo]' },
  /** Stays open to the grant's end when the server is away. */
  quay: { mode: 'closed', unreachable: 'keep', decides: '[cleo]' },
  /** Nobody decides: the engineer's own touch opens it. */
  buoy: { mode: 'closed', unreachable: 'close', decides: 'nobody' },
  /** May be looked at without a grant. */
  mole: { mode: 'read-only', unreachable: 'close', decides: '[cleo]' },
};

/** `more`: consoles and rules beside those of every harness, as lines of the policy. */
export interface More {
  /** Name of the server, in place of `localhost`; one that ends in `.localhost`. */
  host?: string;
  /** Further hosts that are granted at pairing. */
  hosts?: readonly string[];
  consoles?: string;
  eligibility?: string;
}

const policyFor = (
  origin: (host: string) => string,
  { consoles: moreConsoles = '', eligibility = '' }: More,
): string => `version: 1
consoles:
${Object.entries(consoles)
  .map(
    ([id, { mode, unreachable }]) => `  ${id}:
    name: ${id[0]?.toUpperCase()}${id.slice(1)}
    hosts: [${id}.localhost]
    start: ${origin(`${id}.localhost`)}/
    mode: ${mode}
    reads: [POST /login${mode === 'read-only' ? ', POST /sso/*' : ''}]
    also-from: [partner.localhost]
    unreachable: ${unreachable}
`,
  )
  .join('')}${moreConsoles}eligibility:
${Object.entries(consoles)
  .map(
    ([id, { decides }]) => `  - name: ${id}-rule
    who: [ben]
    consoles: [${id}]
    levels: [view, change]
    durations: [PT1M, PT5M, PT15M, PT1H]
    decides: ${decides}
`,
  )
  .join('')}${eligibility}`;

/**
 * The real server, a real console and an engineer's real browser with the extension, paired. The administrator and the
 * approver act over the same routes with keys of software, because here the engineer's side is what is tested.
 */
export class Harness {
  readonly server: Server;
  /** Between the engineer's browser and the server. */
  readonly network: NetworkProxy;
  readonly own: OwnConsole;
  browser: Browser;
  readonly ben: Person;
  readonly ada: SoftPerson;
  readonly cleo: SoftPerson;

  private constructor(of: {
    server: Server;
    network: NetworkProxy;
    own: OwnConsole;
    browser: Browser;
    ben: Person;
    ada: SoftPerson;
    cleo: SoftPerson;
  }) {
    this.server = of.server;
    this.network = of.network;
    this.own = of.own;
    this.browser = of.browser;
    this.ben = of.ben;
    this.ada = of.ada;
    this.cleo = of.cleo;
  }

  /** Everything up to a browser that may be paired. `clock`: how far the server's clock is off, in ms. */
  static async unpaired(options: { clock?: number } = {}, more: More = {}): Promise<Harness> {
    const own = await startOwnConsole();
    const server = await startServer({
      policy: policyFor(own.origin, more),
      ...options,
      ...(more.host === undefined ? {} : { host: more.host }),
    });
    const network = await startNetworkProxy(Number(new URL(server.origin).port));
    const { hostname, port } = new URL(server.origin);
    const place = { webOrigin: server.origin, rpId: hostname, reached: `http://127.0.0.1:${port}` };
    const ada = new SoftPerson(place, 'ada');
    await ada.enrol(server.setupLink.split('#')[1] ?? '');
    const cleo = new SoftPerson(place, 'cleo');
    await cleo.enrol(await ada.invite('cleo', ['approver', 'auditor']));
    const code = await ada.invite('ben', ['engineer']);

    const browser = await launchBrowser({ extensionDir, args: [viaNetwork(server, network)] });
    const key = new VirtualKey();
    await key.follow(browser.context);
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    const ben: Person = { handle: 'ben', context: browser.context, page, key };
    await enrol(ben, `${server.origin}/enrol#${code}`);
    await skipSecondKey(ben);
    return new Harness({ server, network, own, browser, ben, ada, cleo });
  }

  static async open(options: { clock?: number } = {}, more: More = {}): Promise<Harness> {
    const harness = await Harness.unpaired(options, more);
    await harness.pair(more.hosts);
    return harness;
  }

  /** Pairs the browser; hosts that are asked for are granted. */
  async pair(more: readonly string[] = []): Promise<void> {
    await this.browser.allowHosts([...this.hosts(), ...more.flatMap(patternsOf)]);
    await pair(this.ben, this.server.origin);
  }

  /** Starts the engineer's browser anew on its profile, once it was killed or closed; the key is the same. */
  async reopen(): Promise<void> {
    const { userDataDir } = this.browser;
    const args = [viaNetwork(this.server, this.network)];
    this.browser = await launchBrowser({ extensionDir, userDataDir, args });
    const { context } = this.browser;
    await this.ben.key.follow(context);
    Object.assign(this.ben, { context, page: context.pages()[0] ?? (await context.newPage()) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.browser.userDataDir, { recursive: true, force: true, maxRetries: 5 });
    await this.network.stop();
    await this.server.stop();
    await this.own.stop();
  }

  /** Match patterns of the server and every console. */
  hosts(): string[] {
    const server = new URL(this.server.origin).hostname;
    return [server, ...Object.keys(consoles).map((id) => `${id}.localhost`)].flatMap(patternsOf);
  }

  url(console: Console, path = '/'): string {
    return this.own.origin(`${console}.localhost`) + path;
  }

  /** A new tab at a console's address; while shut it ends on the gate page, which `goto` reports as an error. */
  async tab(console: Console, path = '/'): Promise<Page> {
    const page = await this.browser.context.newPage();
    await page.goto(this.url(console, path)).catch(() => undefined);
    return page;
  }

  /** Waits for the form. What became of the last access stands there first, in whichever test that was. */
  async form(page: Page | FrameLocator | Frame): Promise<void> {
    const form = page.getByRole('radio', { name: '15 minutes', exact: true });
    const again = page.getByRole('button', { name: 'Request again' });
    await form.or(again).first().waitFor();
    if (await again.isVisible()) await again.click();
    await form.waitFor();
  }

  /** Fills the form that stands on this page (the gate page, or the frame inside a dialog) and asks. */
  async ask(
    page: Page | FrameLocator | Frame,
    options: { duration?: string; why?: string; level?: 'View' | 'Change' } = {},
  ): Promise<void> {
    await this.form(page);
    if (options.level) await page.getByRole('radio', { name: options.level }).check();
    await page.getByRole('radio', { name: options.duration ?? '15 minutes', exact: true }).check();
    await page.getByLabel('Justification').fill(options.why ?? 'Orders are stuck');
    await page.getByRole('button', { name: /^Request access/ }).click();
  }

  /** The request that waits for cleo. */
  async waiting(): Promise<RequestView> {
    for (let tries = 0; tries < 100; tries++) {
      const { toDecide } = await call(this.cleo.send, wire.inbox, {});
      if (toDecide[0]) return toDecide[0];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('no request came');
  }

  /** Presses Start on this page and touches the key in the window that opens. */
  async start(page: Page | Frame): Promise<void> {
    const opened = this.browser.context.waitForEvent('page');
    await page.getByRole('button', { name: /^Start/ }).click();
    const window = await opened;
    await this.ben.key.attach(window);
    await window.getByRole('button', { name: /^Start with/ }).click();
  }

  /** The whole way to an open console: ask at the gate, cleo approves, one touch. `seconds` shortens the grant. */
  async opened(
    console: Console = 'harbour',
    path = '/',
    options: { seconds?: number; level?: 'View' | 'Change' } = {},
  ): Promise<{ page: Page; grant: string }> {
    const page = await this.tab(console, path);
    await this.ask(page, options);
    if (consoles[console].decides !== 'nobody') {
      const request = await this.waiting();
      const { now } = await call(this.cleo.send, wire.inbox, {});
      const until = now + (options.seconds ?? 900) * 1000;
      await this.cleo.decide(request, 'approve', { until });
    }
    await this.start(page);
    // Polled, because the gate may bring the tab there twice, and the first time counts as aborted.
    await expect.poll(() => page.url(), { intervals: [20] }).toBe(this.url(console, path));
    return { page, grant: await this.running(console) };
  }

  async running(console: Console): Promise<string> {
    const { sessions } = await call(this.cleo.send, wire.live, {});
    const found = sessions.find(
      ({ session }) => session.console.id === console && session.ended === undefined,
    );
    if (!found) throw new Error(`no session of ${console} runs`);
    return found.session.grant.id;
  }

  /** Ends everything that runs or waits and closes the tabs, so that the next test starts from shut. */
  async clear(): Promise<void> {
    const { sessions } = await call(this.cleo.send, wire.live, {});
    for (const { session } of sessions)
      if (session.ended === undefined) await this.cleo.revoke(session.grant.id, 'The test is over');
    const { toDecide } = await call(this.cleo.send, wire.inbox, {});
    for (const request of toDecide) await this.cleo.decide(request, 'deny');
    await this.#quiet();
    for (const page of this.browser.context.pages()) if (page !== this.ben.page) await closed(page);
    this.own.clear();
  }

  /** Waits until the browser has said that what ended is shut, or is out of reach: its last requests are the old test's. */
  async #quiet(): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      const { sessions } = await call(this.cleo.send, wire.live, {});
      if (!sessions.some(({ session }) => session.grant.unacknowledged)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What reached a console, by its own access log, favicon aside. */
  reached(console: Console): string[] {
    return this.own.log
      .filter(
        ({ host, kind, url }) =>
          host.startsWith(`${console}.`) && !kind.endsWith('close') && url !== '/favicon.ico',
      )
      .map(({ kind, method, url }) => `${kind === 'request' ? method : kind} ${url}`);
  }
}

/** Match patterns of a host. */
export const patternsOf = (host: string): string[] => [`http://${host}/*`, `https://${host}/*`];

/** The switch that leads the browser to the server over the network. */
export const viaNetwork = (server: Server, network: NetworkProxy): string =>
  `--host-resolver-rules=MAP ${new URL(server.origin).host} 127.0.0.1:${network.port}`;

/** Closes a tab. One that the gate takes away at this very moment never tells Playwright that it is gone. */
const closed = (page: Page): Promise<unknown> =>
  Promise.race([page.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 3000))]);

/** "At once", in ms: people are owed a second; a machine that runs other browsers and tests beside it gets more. */
export const SOON = 5000;

/** That a page is on the gate, not on its console. Looked at often: what comes after it asserts when. */
export async function expectShut(page: Page, within = SOON): Promise<void> {
  const options = { timeout: within, intervals: [20] };
  await expect.poll(() => page.url(), options).toMatch(/^chrome-extension:\/\/[a-p]{32}\/gate\.html#/);
}
