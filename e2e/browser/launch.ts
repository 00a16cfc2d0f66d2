import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import type { BrowserContext, Page, Worker } from '@playwright/test';
import { findChromium } from './find.ts';
import { allowHosts, grantHosts } from './hosts.ts';

/** A running Chromium with our extension in it. */
export type Browser = {
  context: BrowserContext;
  extensionId: string;
  userDataDir: string;
  /** The extension's worker. The handle outlives a stop: what it is asked while stopped hangs until it wakes. */
  worker(): Promise<Worker>;
  /** An address inside the extension, such as `extensionPage('popup.html')`. */
  extensionPage(path: string): string;
  /** Stops every service worker of the profile, the extension's too, and waits until they have stopped. */
  stopWorkers(): Promise<void>;
  /** From now on a click that asks for these hosts is granted without Chromium's bubble. See hosts.ts. */
  allowHosts(hosts: readonly string[]): Promise<void>;
  /** Gives the extension these optional hosts now, as when a person grants them later. See hosts.ts. */
  grantHosts(hosts: readonly string[]): Promise<void>;
  /** SIGKILL, without any farewell to the profile. Let a fresh profile settle 10 s before it. */
  killBrowser(): Promise<void>;
  close(): Promise<void>;
};

// Playwright starts Chromium gentler than people do: timers of hidden tabs run on, pages are not kept for Back.
// The traps T10 and T13 are about exactly that, so these switches of its own are left out.
const REAL_LIFE = [
  '--disable-extensions',
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-popup-blocking',
];

const QUIET = '--disable-background-networking';

// Chromium obeys only the last --disable-features, so what tests need from Playwright's list is named again:
// plain http stays http, and nothing is sent to anybody at start.
const NO_FEATURES = [
  'DisableLoadExtensionCommandLineSwitch',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'PreconnectToSearch',
  'AimEnabled',
  'Translate',
];

/**
 * Starts Chromium with an extension.
 * @param options.extensionDir the folder with the manifest, as WXT writes it; without it the one that policy installs
 * @param options.program what to start; default the Chromium that is found
 * @param options.userDataDir a profile to keep; without it a temporary one, removed by `close`
 * @param options.headless default true; headed needs a display
 * @param options.args further switches, such as `--host-resolver-rules=…`
 */
export async function launchBrowser(options: {
  extensionDir?: string;
  program?: string;
  userDataDir?: string;
  headless?: boolean;
  args?: readonly string[];
}): Promise<Browser> {
  const { headless = true, args = [] } = options;
  const extensionDir = options.extensionDir && resolve(options.extensionDir);
  const userDataDir = options.userDataDir ?? (await mkdtemp(join(tmpdir(), 'countersign-profile-')));
  const executablePath = options.program ?? (await findChromium()).path;
  const context = await chromium.launchPersistentContext(userDataDir, {
    executablePath,
    headless: false, // Playwright's own headless switch picks a shell without extensions
    // An extension that policy installs is fetched in the background.
    ignoreDefaultArgs: [...REAL_LIFE, ...(extensionDir === undefined ? [QUIET] : [])],
    viewport: headless ? { width: 1280, height: 800 } : null,
    args: [
      ...(headless ? ['--headless=new'] : []),
      '--no-sandbox',
      '--disable-gpu',
      ...(extensionDir === undefined ? [] : [QUIET]),
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--disable-features=${NO_FEATURES.join(',')}`,
      ...(extensionDir === undefined
        ? []
        : [`--disable-extensions-except=${extensionDir}`, `--load-extension=${extensionDir}`]),
      ...args,
    ],
  });
  const worker = async () =>
    context.serviceWorkers().find(ours) ??
    context.waitForEvent('serviceworker', { predicate: ours, timeout: 10_000 });
  const extensionId = new URL((await worker()).url()).host;
  const remove = async () => {
    if (options.userDataDir === undefined)
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    context,
    extensionId,
    userDataDir,
    worker,
    extensionPage: (path) => `chrome-extension://${extensionId}/${path}`,
    stopWorkers: () => stopWorkers(context),
    allowHosts: (hosts) => allowHosts(context, extensionId, hosts),
    grantHosts: (hosts) => grantHosts(context, extensionId, hosts),
    killBrowser: async () => {
      const closed = context.waitForEvent('close');
      process.kill(await pidOf(userDataDir), 'SIGKILL');
      await closed;
    },
    close: async () => {
      await context.close();
      await remove();
    },
  };
}

const ours = (worker: Worker) => worker.url().startsWith('chrome-extension://');

/** A page to send CDP through; every page sees the whole profile's workers. */
async function anyPage(context: BrowserContext): Promise<Page> {
  return context.pages()[0] ?? context.newPage();
}

/** Stops every service worker of the profile and waits until they have stopped. */
export async function stopWorkers(context: BrowserContext): Promise<void> {
  const cdp = await context.newCDPSession(await anyPage(context));
  const alive = new Set<string>();
  const { promise: allStopped, resolve: done } = Promise.withResolvers<void>();
  let asked = false;
  cdp.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, runningStatus } of versions) {
      if (runningStatus === 'stopped') alive.delete(versionId);
      else alive.add(versionId);
    }
    if (asked && alive.size === 0) done();
  });
  await cdp.send('ServiceWorker.enable');
  await new Promise((told) => setTimeout(told, 100)); // the list of workers arrives as events after the answer
  asked = true;
  if (alive.size === 0) done();
  await cdp.send('ServiceWorker.stopAllWorkers');
  await allStopped;
  await cdp.detach();
}

/** Chromium names the process that holds a profile in a link: `host-pid`. */
async function pidOf(userDataDir: string): Promise<number> {
  const lock = await readlink(join(userDataDir, 'SingletonLock'));
  return Number(lock.slice(lock.lastIndexOf('-') + 1));
}
