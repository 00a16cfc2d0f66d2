import { dropKeptPages, forgetWorkers } from '../../platform/cleanup.ts';
import { gateUrl } from '../../platform/rules.ts';
import { injectScript, registerScript } from '../../platform/scripts.ts';
import {
  addressOf,
  evict,
  framesEverywhere,
  gateTabs,
  goTo,
  hiddenTabs,
  openTab,
  originsIn,
  reload,
  tabsAt,
  windowsWithoutAddress,
  type OpenTab,
} from '../../platform/tabs.ts';
import { state } from '../core/state.ts';
import { consoleOf, type Standing } from './access.ts';
import { addressToOpen } from './address.ts';
import { matchPatterns } from './patterns.ts';
import { missingOf } from './stops.ts';
import { straysOf, type Stray } from './strays.ts';

/** Opening and closing a console's tabs, once the rules say so. */

const gateFor = (tab: OpenTab) => `${gateUrl()}#${tab.url}`;

/** Tabs of a console; match patterns of a wildcard cover more than one label, the addresses decide. */
async function tabsOf({ hosts }: Standing): Promise<OpenTab[]> {
  const seen = await tabsAt(hosts.flatMap(matchPatterns));
  const hidden = missingOf(hosts, state.run.missing).length > 0 ? await hiddenTabs() : [];
  return [...seen, ...hidden].filter(({ url }) => consoleOf([{ hosts }], url) !== undefined);
}

/**
 * Closes consoles' tabs, or reloads them where they may be looked at still. Leaving ends open sockets, once the page
 * is not even kept for "back" (T6). Windows without an address of their own go in any case: what is written into them
 * is not loaded again. Beside it the console's own workers and caches go, which could serve it without the network (T4).
 */
export async function closeConsoles(all: readonly Standing[]): Promise<void> {
  if (all.length === 0) return;
  const windows = windowsWithoutAddress();
  await Promise.all(all.map((one) => closeConsole(one, windows)));
  await dropKeptPages();
}

async function closeConsole(one: Standing, windows: Promise<Stray[]>): Promise<void> {
  const tabs = await tabsOf(one);
  const strays = closeStrays(one, tabs, windows);
  if (one.access !== 'none') {
    await Promise.all([strays, ...tabs.map(({ id }) => reload(id))]);
    return;
  }
  const frames = await Promise.all(tabs.map(({ id }) => originsIn(id)));
  const known = [one.gate.start, ...tabs.map(({ url }) => url), ...frames.flat()];
  const origins = known.filter((url) => consoleOf([one], url)).map((url) => new URL(url).origin);
  const here = (url: string) => consoleOf([one], url) !== undefined;
  await Promise.all([
    forgetWorkers([...new Set(origins)]).catch(() => undefined),
    strays,
    ...tabs.map((tab) => evict(tab.id, gateFor(tab), here)),
  ]);
}

async function closeStrays(
  one: Standing,
  tabs: readonly OpenTab[],
  windows: Promise<Stray[]>,
): Promise<void> {
  const left = (await gateTabs()).filter(({ wanted }) => consoleOf([one], wanted));
  // Its address cannot be seen until it is our own.
  const strange = (url: string) => !url.startsWith(gateUrl());
  await Promise.all(
    straysOf(one, await windows, [...tabs, ...left]).map(({ id, origin }) =>
      evict(id, gateFor({ id, url: origin ? `${origin}/` : one.gate.start }), strange),
    ),
  );
}

/** Brings the tabs that wait at the gate to what they asked for; opens one where the person came from the toolbar. */
export async function openConsole(one: Standing): Promise<void> {
  const waiting = (await gateTabs()).filter(({ wanted }) => consoleOf([one], wanted));
  await Promise.all(waiting.map(({ id, wanted }) => goTo(id, addressToOpen(wanted, one.gate.start))));
  const request = state.run.requests.find(({ id }) => id === state.run.activating?.request);
  if (waiting.length > 0 || request?.console.id !== one.gate.console) return;
  if ((await tabsOf(one)).length === 0) await openTab(one.gate.start);
}

/**
 * At the worker's start: tabs may have been opened before we were there, or the browser have restored them (T11).
 * All of a console's pages get the script that they lack, also frames in other sites' pages: it leaves by itself where
 * nothing may show. What is shut is closed from here as well.
 */
export async function sweep(all: readonly Standing[]): Promise<void> {
  await registerScript(all.flatMap(({ hosts }) => hosts.flatMap(matchPatterns)));
  const [windows, frames] = await Promise.all([windowsWithoutAddress(), framesEverywhere()]);
  const strays = windows.filter(({ origin }) => consoleOf(all, origin ?? ''));
  const here = frames.filter(({ url }) => consoleOf(all, url));
  const tops = [
    ...here.filter(({ frame }) => frame === 0).map(({ tab }) => tab),
    ...strays.map(({ id }) => id),
  ];
  await Promise.all([
    ...tops.map((tab) => injectScript(tab)),
    ...here.filter(({ tab }) => !tops.includes(tab)).map(({ tab, frame }) => injectScript(tab, frame)),
    closeConsoles(all.filter(({ access }) => access === 'none')),
  ]);
}

/** A page that fights our elements is left, whatever its console allows (T35). */
export async function openTabAtGate(id: number): Promise<void> {
  const url = await addressOf(id);
  if (url !== undefined) await goTo(id, gateFor({ id, url }));
}
