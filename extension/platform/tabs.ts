import { browser } from './browser.ts';
import { wait } from './time.ts';

/** Tabs, as far as we may see them: those of hosts that are allowed to us, and our own pages. */
export interface OpenTab {
  id: number;
  url: string;
}

/** Tabs whose own page is at one of these match patterns. */
export async function tabsAt(patterns: string[]): Promise<OpenTab[]> {
  if (patterns.length === 0) return [];
  const tabs = await browser.tabs.query({ url: patterns });
  return tabs.flatMap(({ id, url, pendingUrl }) =>
    id === undefined ? [] : [{ id, url: url ?? pendingUrl ?? '' }],
  );
}

/**
 * Tabs whose address the browser hides from us, because their host is not allowed; navigation is told of all the same,
 * and a tab may be sent elsewhere.
 */
export async function hiddenTabs(): Promise<OpenTab[]> {
  const tabs = await browser.tabs.query({});
  const hidden = tabs.flatMap(({ id, url }) => (id === undefined || url ? [] : [id]));
  const addresses = await Promise.all(hidden.map(pageOf));
  return hidden.flatMap((id, at) => (addresses[at] ? [{ id, url: addresses[at] }] : []));
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

/** How long a window may take to say whose it is, in ms. */
const PATIENCE = 300;

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
  return Promise.race([asked, wait(PATIENCE).then(() => undefined)]);
}

/** The frames of a tab that have come to an address. */
async function framesOf(tab: number): Promise<{ tab: number; frame: number; url: string }[]> {
  const frames = await browser.webNavigation.getAllFrames({ tabId: tab }).catch(() => null);
  return (frames ?? []).map(({ frameId, url }) => ({ tab, frame: frameId, url }));
}

/** Frames of all tabs that are served over HTTP. */
export async function framesEverywhere(): Promise<{ tab: number; frame: number; url: string }[]> {
  const tabs = await browser.tabs.query({ discarded: false });
  const all = await Promise.all(
    tabs.map(({ id }) => (id === undefined ? Promise.resolve([]) : framesOf(id))),
  );
  return all.flat().filter(({ url }) => /^https?:/.test(url));
}

/** Moves a tab; one that is gone has been moved far enough. */
export async function goTo(tab: number, url: string): Promise<void> {
  await browser.tabs.update(tab, { url }).catch(() => undefined);
}

/** How long a page may take to leave before it is thrown out, in ms; closing has to be done within a second. */
const GRACE = 500;

/**
 * Sends a tab to an address and makes sure that its page left: a page that stays (a dialog "Leave site?", a process
 * that hangs) is discarded, and if even that is refused, its tab is closed.
 * @param still is the tab's page still one that must go?
 */
export async function evict(tab: number, url: string, still: (url: string) => boolean): Promise<void> {
  const stays = async () => still((await addressOf(tab)) ?? '');
  await goTo(tab, url);
  for (let waited = 0; waited < GRACE; waited += 50) {
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

/** Origins of all frames of a tab that are served over HTTP. */
export async function originsIn(tab: number): Promise<string[]> {
  return (await framesOf(tab)).flatMap(({ url }) => (/^https?:/.test(url) ? [new URL(url).origin] : []));
}

export const reload = (tab: number): Promise<void> => browser.tabs.reload(tab).catch(() => undefined);

/** The address that a tab shows; undefined when the tab is gone. */
export const addressOf = async (tab: number): Promise<string | undefined> =>
  (await browser.tabs.get(tab).catch(() => undefined))?.url ?? pageOf(tab);
