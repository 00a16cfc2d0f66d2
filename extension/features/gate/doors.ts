import { dropKeptPages, forgetWorkers } from '../../platform/cleanup.ts';
import { gateUrl } from '../../platform/rules.ts';
import { injectScript, registerScript } from '../../platform/scripts.ts';
import {
  addressOf,
  evict,
  gateTabs,
  goTo,
  hiddenTabs,
  openTab,
  originsIn,
  reload,
  tabsAt,
  type OpenTab,
} from '../../platform/tabs.ts';
import { state } from '../core/state.ts';
import { consoleOf, type Standing } from './access.ts';
import { addressToOpen } from './address.ts';
import { matchPatterns } from './patterns.ts';
import { missingOf } from './stops.ts';

/** Opening and closing a console's tabs, once the rules say so. */

const gateFor = (tab: OpenTab) => `${gateUrl()}#${tab.url}`;

/** Tabs of a console; match patterns of a wildcard cover more than one label, the addresses decide. */
async function tabsOf({ hosts }: Standing): Promise<OpenTab[]> {
  const seen = await tabsAt(hosts.flatMap(matchPatterns));
  const hidden = missingOf(hosts, state.run.missing).length > 0 ? await hiddenTabs() : [];
  return [...seen, ...hidden].filter(({ url }) => consoleOf([{ hosts }], url) !== undefined);
}

/**
 * Closes a console's tabs, or reloads them where it may be looked at still. Leaving ends open sockets, once the page
 * is not even kept for "back" (T6).
 * Beside it the console's own workers and caches go, which could serve it without the network (T4).
 */
export async function closeConsole(one: Standing): Promise<void> {
  const tabs = await tabsOf(one);
  if (one.access !== 'none') {
    await Promise.all(tabs.map(({ id }) => reload(id)));
    await dropKeptPages();
    return;
  }
  const frames = await Promise.all(tabs.map(({ id }) => originsIn(id)));
  const known = [one.gate.start, ...tabs.map(({ url }) => url), ...frames.flat()];
  const origins = known.filter((url) => consoleOf([one], url)).map((url) => new URL(url).origin);
  const here = (url: string) => consoleOf([one], url) !== undefined;
  await Promise.all([
    forgetWorkers([...new Set(origins)]).catch(() => undefined),
    ...tabs.map((tab) => evict(tab.id, gateFor(tab), here)),
  ]);
  await dropKeptPages();
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
 * Those that may not show go to the gate, the others get the script that their pages lack.
 */
export async function sweep(all: readonly Standing[]): Promise<void> {
  await registerScript(all.flatMap(({ hosts }) => hosts.flatMap(matchPatterns)));
  await Promise.all(
    all.map(async (one) => {
      const tabs = await tabsOf(one);
      if (one.access === 'none') await closeConsole(one);
      else await Promise.all(tabs.map(({ id }) => injectScript(id)));
    }),
  );
}

/** A page that fights our elements is left, whatever its console allows (T35). */
export async function openTabAtGate(id: number): Promise<void> {
  const url = await addressOf(id);
  if (url !== undefined) await goTo(id, gateFor({ id, url }));
}
