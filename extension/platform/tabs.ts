import { browser } from './browser.ts';
import { listen } from './listen.ts';
import type { BlockedNotice } from './post.ts';
import { wait } from './time.ts';

/**
 * Tabs and what they show. `tabs` tells the addresses of hosts that are allowed to us; `webNavigation` tells them all,
 * so a page whose host the browser hides from us can still be left.
 */
export interface ShownPage {
  tab: number;
  /** 0 is the tab's own page, others are frames in it. */
  frame: number;
  url: string;
}

export interface PageListeners {
  /** A document is about to be asked for. */
  starts: (shown: ShownPage) => void;
  /** It took the place of the one before. */
  arrived: (shown: ShownPage) => void;
  /** It did not come: the browser stopped it, nobody answered, or something else came between. */
  failed: (shown: ShownPage) => void;
  gone: (tab: number) => void;
}

/** Follows what tabs show. To be called in the worker's first turn. */
export function onShown({ starts, arrived, failed, gone }: PageListeners, signal: AbortSignal): void {
  const { onBeforeNavigate, onCommitted, onErrorOccurred } = browser.webNavigation;
  const shown = ({ tabId, frameId, url }: { tabId: number; frameId: number; url: string }): ShownPage => ({
    tab: tabId,
    frame: frameId,
    url,
  });
  listen(onBeforeNavigate, (details) => starts(shown(details)), signal);
  listen(onCommitted, (details) => arrived(shown(details)), signal);
  listen(onErrorOccurred, (details) => failed(shown(details)), signal);
  listen(browser.tabs.onRemoved, gone, signal);
}

const pageOf = async (tab: number): Promise<string | undefined> =>
  (await browser.webNavigation.getFrame({ tabId: tab, frameId: 0 }).catch(() => undefined))?.url;

/** Tabs that show the gate page, with the address that was wanted. */
export async function gateTabs(): Promise<{ id: number; wanted: string }[]> {
  const gate = browser.runtime.getURL('gate.html');
  const tabs = await browser.tabs.query({ url: `${gate}*` });
  return tabs.flatMap(({ id, url }) =>
    id !== undefined && url?.startsWith(`${gate}#`) ? [{ id, wanted: url.slice(gate.length + 1) }] : [],
  );
}

/** How long a window may take to say whose it is. */
const ANSWER_PATIENCE_MS = 300;

/**
 * Tabs whose address we may not see, oldest first, with the origin of what they show: empty for other sites',
 * undefined where nothing answers, because it hangs or is on its way elsewhere.
 */
export async function windowsWithoutAddress(): Promise<
  { id: number; opener: number | undefined; origin: string | undefined }[]
> {
  const tabs = await browser.tabs.query({ discarded: false });
  const hidden = tabs.flatMap(({ id, url, openerTabId }) =>
    id === undefined || url !== undefined ? [] : [{ id, opener: openerTabId }],
  );
  return Promise.all(hidden.map(async (tab) => ({ ...tab, origin: await originOf(tab.id) })));
}

async function originOf(tab: number): Promise<string | undefined> {
  const asked = browser.scripting
    .executeScript({ target: { tabId: tab }, injectImmediately: true, func: () => self.origin })
    .then(([answer]) => String(answer?.result))
    // On its way to another site a new window still has the document that its opener may write into.
    .catch(async () => ((await framesOf(tab)).length === 0 ? undefined : ''));
  return Promise.race([asked, wait(ANSWER_PATIENCE_MS).then(() => undefined)]);
}

/** The frames of a tab that have come to an address. */
async function framesOf(tab: number): Promise<ShownPage[]> {
  const frames = await browser.webNavigation.getAllFrames({ tabId: tab }).catch(() => null);
  return (frames ?? []).map(({ frameId, url }) => ({ tab, frame: frameId, url }));
}

/**
 * Frames of all tabs that are served over HTTP, and what tabs are on their way to that show nothing yet: at its start
 * Chromium may hold such a tab there for good.
 */
export async function framesEverywhere(): Promise<ShownPage[]> {
  const tabs = await browser.tabs.query({ discarded: false });
  const all = await Promise.all(
    tabs.map(async ({ id, pendingUrl }): Promise<ShownPage[]> => {
      if (id === undefined) return [];
      const frames = await framesOf(id);
      return frames.length === 0 && pendingUrl !== undefined
        ? [{ tab: id, frame: 0, url: pendingUrl }]
        : frames;
    }),
  );
  return all.flat().filter(({ url }) => /^https?:/.test(url));
}

/** Tells the script in a tab's own page; where there is none, there is nobody to tell. */
export async function tellPage(tab: number, told: BlockedNotice): Promise<void> {
  await browser.tabs.sendMessage(tab, told, { frameId: 0 }).catch(() => undefined);
}

/** Moves a tab; one that is gone has been moved far enough. */
export async function goTo(tab: number, url: string): Promise<void> {
  await browser.tabs.update(tab, { url }).catch(() => undefined);
}

/** How long a page may take to leave before it is thrown out; closing has to be done within a second. */
const LEAVE_GRACE_MS = 500;

/**
 * Sends a tab to an address and makes sure that its page left: a page that stays (a dialog "Leave site?", a process
 * that hangs) is discarded, and if even that is refused, its tab is closed.
 * @param still is the tab's page still one that must go?
 */
export async function evict(tab: number, url: string, still: (url: string) => boolean): Promise<void> {
  const stays = async () => still((await addressOf(tab)) ?? '');
  await goTo(tab, url);
  for (let waited = 0; waited < LEAVE_GRACE_MS; waited += 50) {
    if (!(await stays())) return;
    await wait(50);
  }
  await browser.tabs.discard(tab).catch(() => undefined);
  await goTo(tab, url);
  await wait(100);
  if (await stays()) await browser.tabs.remove(tab).catch(() => undefined);
}

export async function openTab(url: string): Promise<void> {
  await browser.tabs.create({ url });
}

export const reload = (tab: number): Promise<void> => browser.tabs.reload(tab).catch(() => undefined);

/** The address that a tab shows; undefined when the tab is gone. */
export const addressOf = async (tab: number): Promise<string | undefined> =>
  (await browser.tabs.get(tab).catch(() => undefined))?.url ?? pageOf(tab);
