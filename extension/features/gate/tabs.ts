import { requestPack } from '../../packs/requests.ts';
import { dropKeptPages, forgetWorkers } from '../../platform/cleanup.ts';
import { matchPatterns } from '../../platform/match-patterns.ts';
import { gateUrl } from '../../platform/rules.ts';
import { injectScripts, registerScripts } from '../../platform/scripts.ts';
import {
  addressOf,
  evict,
  framesEverywhere,
  gateTabs,
  goTo,
  openTab,
  reload,
  windowsWithoutAddress,
  type ShownPage,
} from '../../platform/tabs.ts';
import { consoleOf, type Standing } from '../access/index.ts';
import { state } from '../state/index.ts';
import { addressToOpen } from '../access/index.ts';
import { straysOf, type Stray } from './strays.ts';

/** Opening and closing a console's tabs, once the rules say so. */

const gateFor = (url: string) => `${gateUrl()}#${url}`;

type Hosts = { hosts: readonly string[] };

/** What tabs show of these consoles as their own page. */
const pagesOf = (some: readonly Hosts[], frames: readonly ShownPage[]): ShownPage[] =>
  frames.filter(({ frame, url }) => frame === 0 && consoleOf(some, url) !== undefined);

/**
 * Closes consoles' tabs, or reloads them where they may be looked at still. Leaving ends open sockets, once the page
 * is not even kept for "back" (T6). Windows without an address of their own go in any case: what is written into them
 * is not loaded again. Beside it the console's own workers and caches go, which could serve it without the network (T4).
 */
export async function closeConsoles(all: readonly Standing[]): Promise<void> {
  if (all.length === 0) return;
  const windows = windowsWithoutAddress();
  const frames = await framesEverywhere();
  const shut = all.filter(({ access }) => access === 'none');
  const looked = all.filter(({ access }) => access !== 'none');
  const urls = frames.map(({ url }) => url).filter((url) => consoleOf(shut, url));
  const origins = new Set([...shut.map(({ gate }) => gate.start), ...urls].map((url) => new URL(url).origin));
  await Promise.all([
    forgetWorkers([...origins]).catch(() => undefined),
    closeStrays(all, frames, windows),
    ...pagesOf(shut, frames).map(({ tab, url }) => leavePage(shut, tab, url)),
    ...pagesOf(looked, frames).map(({ tab }) => reload(tab)),
  ]);
  await dropKeptPages();
}

/** Brings a tab to the gate page and makes sure that its page of these consoles left. */
export const leavePage = (shut: readonly Hosts[], tab: number, url: string): Promise<void> =>
  evict(tab, gateFor(url), (still) => consoleOf(shut, still) !== undefined);

/** Shows the gate page in a tab whose console did not come. */
export const toGate = (tab: number, url: string): Promise<void> => goTo(tab, gateFor(url));

async function closeStrays(
  all: readonly Standing[],
  frames: readonly ShownPage[],
  windows: Promise<Stray[]>,
): Promise<void> {
  const gates = await gateTabs();
  const found = await windows;
  // Its address cannot be seen until it is our own.
  const strange = (url: string) => !url.startsWith(gateUrl());
  const strays = all.flatMap((one) => {
    const left = gates.filter(({ wanted }) => consoleOf([one], wanted));
    const tabs = [...pagesOf([one], frames).map(({ tab }) => ({ id: tab })), ...left];
    return straysOf(one, found, tabs).map(({ id, origin }) => ({
      id,
      url: origin ? `${origin}/` : one.gate.start,
    }));
  });
  await Promise.all(strays.map(({ id, url }) => evict(id, gateFor(url), strange)));
}

/** Brings the tabs that wait at the gate to what they asked for; opens one where the person came from the toolbar. */
export async function openConsole(one: Standing): Promise<void> {
  const waiting = (await gateTabs()).filter(({ wanted }) => consoleOf([one], wanted));
  await Promise.all(waiting.map(({ id, wanted }) => goTo(id, addressToOpen(wanted, one.gate.start))));
  const request = state.run.requests.find(({ id }) => id === state.run.activating?.request);
  if (waiting.length > 0 || request?.console.id !== one.gate.console) return;
  if (pagesOf([one], await framesEverywhere()).length === 0) await openTab(one.gate.start);
}

/**
 * At the worker's start: tabs may have been opened before we were there, or the browser have restored them (T11).
 * All of a console's pages get the script that they lack, also frames in other sites' pages: it leaves by itself where
 * nothing may show. What is shut is closed from here as well.
 */
export async function sweep(all: readonly Standing[]): Promise<void> {
  const scripted = all.map(({ hosts, gate }) => ({
    patterns: hosts.flatMap(matchPatterns),
    // A pack that this version does not have yet has no script either.
    pack: requestPack(gate.pack) ? gate.pack : '',
  }));
  await registerScripts(scripted);
  const [windows, frames] = await Promise.all([windowsWithoutAddress(), framesEverywhere()]);
  const strays = windows.filter(({ origin }) => consoleOf(all, origin ?? ''));
  const here = frames.filter(({ url }) => consoleOf(all, url));
  const tops = [
    ...here.filter(({ frame }) => frame === 0).map(({ tab }) => tab),
    ...strays.map(({ id }) => id),
  ];
  await Promise.all([
    ...tops.map((tab) => injectScripts(tab, scripted)),
    ...here
      .filter(({ tab }) => !tops.includes(tab))
      .map(({ tab, frame }) => injectScripts(tab, scripted, frame)),
    closeConsoles(all.filter(({ access }) => access === 'none')),
  ]);
}

/** A page that fights our elements is left, whatever its console allows (T35). */
export async function openTabAtGate(id: number): Promise<void> {
  const url = await addressOf(id);
  if (url !== undefined) await goTo(id, gateFor(url));
}
