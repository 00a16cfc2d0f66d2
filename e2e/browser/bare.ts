import { spawn } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findChromium } from './find.ts';

/**
 * Chromium as people start it, with nobody driving it. Playwright makes every tab believe that it is in front, and
 * cannot start at an address; some traps are about exactly that.
 */
export type BareBrowser = {
  /** Addresses of its tabs. */
  tabs(): Promise<string[]>;
  /** Opens a tab in front of the others. */
  open(url: string): Promise<void>;
  /** What `document.visibilityState` says in each tab at this address, in no order. */
  visibility(url: string): Promise<unknown[]>;
  /** Stops every service worker of the profile, the extension's too. */
  stopWorkers(): Promise<void>;
  /** SIGKILL. */
  end(): Promise<void>;
};

type Target = { type: string; url: string; webSocketDebuggerUrl: string };

/** Starts it on a profile that a browser before has let go of, at one address; more are not possible without a display. */
export async function startBare(options: {
  userDataDir: string;
  extensionDir: string;
  url: string;
  args?: readonly string[];
}): Promise<BareBrowser> {
  const { userDataDir, url, args = [] } = options;
  const extensionDir = resolve(options.extensionDir);
  // Until the one before has ended, a new one only hands its address over.
  await until(async () => !(await isHeld(userDataDir)));
  const active = join(userDataDir, 'DevToolsActivePort');
  await rm(active, { force: true });
  const { path } = await findChromium();
  const child = spawn(
    path,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-features=DisableLoadExtensionCommandLineSwitch,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
      // As Playwright starts it, or what it keeps in the profile cannot be read.
      '--password-store=basic',
      '--use-mock-keychain',
      '--remote-debugging-port=0',
      `--user-data-dir=${userDataDir}`,
      `--disable-extensions-except=${extensionDir}`,
      `--load-extension=${extensionDir}`,
      ...args,
      url,
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise((exit) => child.once('exit', exit));
  await until(() => exists(readFile(active)));
  const at = `http://127.0.0.1:${(await readFile(active, 'utf8')).split('\n')[0]}/json`;
  const targets = async (): Promise<Target[]> => {
    const all = (await (await fetch(`${at}/list`)).json()) as Target[];
    return all.filter(({ type }) => type === 'page');
  };
  return {
    tabs: async () => (await targets()).map((tab) => tab.url),
    open: async (address) =>
      void (await fetch(`${at}/new?${encodeURIComponent(address)}`, { method: 'PUT' })),
    visibility: async (address) => {
      const those = (await targets()).filter((tab) => tab.url === address);
      const expression = 'document.visibilityState';
      return Promise.all(
        those.map(async (tab) => (await tell(tab, 'Runtime.evaluate', { expression })).result?.value),
      );
    },
    stopWorkers: async () => {
      const [tab] = await targets();
      if (tab) await tell(tab, 'ServiceWorker.enable', {}, 'ServiceWorker.stopAllWorkers');
    },
    end: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Chromium names the process that holds a profile in a link, which a killed one leaves behind: `host-pid`. */
async function isHeld(userDataDir: string): Promise<boolean> {
  const lock = await readlink(join(userDataDir, 'SingletonLock')).catch(() => '');
  try {
    return lock !== '' && process.kill(Number(lock.slice(lock.lastIndexOf('-') + 1)), 0);
  } catch {
    return false;
  }
}

const exists = (reading: Promise<unknown>): Promise<boolean> =>
  reading.then(
    () => true,
    () => false,
  );

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await holds());) {
    if (Date.now() > end)
      throw new Error('Chromium did not start, or the one before did not end, within 15 s.');
    await new Promise((again) => setTimeout(again, 50));
  }
}

type Told = { result?: { value?: unknown } };

/** Sends one command to a tab, and another one after it; resolves to the last answer. */
async function tell(tab: Target, method: string, params: object, then?: string): Promise<Told> {
  const socket = new WebSocket(tab.webSocketDebuggerUrl);
  const last = then === undefined ? 1 : 2;
  try {
    return await new Promise<Told>((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error(`${method}: the tab has gone`)));
      socket.addEventListener('open', () => {
        socket.send(JSON.stringify({ id: 1, method, params }));
        if (then !== undefined) socket.send(JSON.stringify({ id: 2, method: then }));
      });
      socket.addEventListener('message', ({ data }) => {
        const { id, result } = JSON.parse(String(data)) as { id?: number; result?: Told };
        if (id === last) resolve(result ?? {});
      });
    });
  } finally {
    socket.close();
  }
}
