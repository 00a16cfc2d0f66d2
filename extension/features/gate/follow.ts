import { readGates } from '../../platform/gates.ts';
import { gateUrl } from '../../platform/rules.ts';
import { addressOf, onShown, type ShownPage } from '../../platform/tabs.ts';
import { consoleOf } from '../access/index.ts';
import { change, gated, state } from '../state/index.ts';
import { consoleTabsAfter, withoutTab } from './console-tabs.ts';
import { inTurn, reconcile } from './reconcile.ts';
import { leavePage, toGate } from './tabs.ts';

/**
 * Follows which pages of consoles come and go, also of hosts that the browser does not let us see: rules by tab hold
 * where they are, and a tab that may not show one ends at the gate page, not at the browser's own.
 */
export function followPages(ready: Promise<void>, signal: AbortSignal): void {
  const follow = async (shown: ShownPage, arrived: boolean): Promise<void> => {
    await ready;
    const before = state.run.consoleTabs;
    const next = consoleTabsAfter(before, shown, gated(), arrived);
    if (next === before) return;
    change.tabsChanged(next);
    await reconcile();
  };
  const shut = async ({ frame, url }: ShownPage): Promise<boolean> => {
    await ready;
    return frame === 0 && consoleOf(await readGates(), url)?.access === 'none';
  };
  // In turn with everything that opens, so that a tab is not sent away from a console that opened meanwhile.
  const arrived = async (shown: ShownPage): Promise<void> => {
    await follow(shown, true);
    await inTurn(async () => {
      if (await shut(shown)) await leavePage(gated(), shown.tab, shown.url);
    });
  };
  /** How many pages each tab set out for, while this worker lives. */
  const starts = new Map<number, number>();
  const started = (shown: ShownPage): void => {
    if (shown.frame === 0) starts.set(shown.tab, (starts.get(shown.tab) ?? 0) + 1);
    void follow(shown, false);
  };
  const failed = async (shown: ShownPage): Promise<void> => {
    const before = starts.get(shown.tab);
    await inTurn(async () => {
      // A person who went on to another page meanwhile is not called back from there.
      if (!(await shut(shown)) || starts.get(shown.tab) !== before) return;
      const now = await addressOf(shown.tab);
      if (now !== undefined && !now.startsWith(gateUrl())) await toGate(shown.tab, shown.url);
    });
  };
  const gone = async (tab: number): Promise<void> => {
    starts.delete(tab);
    await ready;
    change.tabsChanged(withoutTab(state.run.consoleTabs, tab));
    await reconcile();
  };
  onShown(
    {
      starts: started,
      arrived: (shown) => void arrived(shown),
      failed: (shown) => void failed(shown),
      gone: (tab) => void gone(tab),
    },
    signal,
  );
}
