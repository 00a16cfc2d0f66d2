import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { ShownPage } from '../../platform/tabs.ts';
import { consoleOf } from '../access/index.ts';
import type { ConsoleTab } from '../state/index.ts';

/** Which tabs show consoles, as pages come and go. Pure. */

/**
 * After a document was asked for or arrived. One that is asked for counts from then on, so that the rules are there
 * before it is; a tab whose own page is another one shows nothing of before.
 */
export function consoleTabsAfter(
  tabs: readonly ConsoleTab[],
  { tab, frame, url }: ShownPage,
  consoles: readonly ConsoleInfo[],
  arrived: boolean,
): readonly ConsoleTab[] {
  const console = consoleOf(consoles, url)?.id;
  const kept =
    arrived && frame === 0 ? tabs.filter((one) => one.tab !== tab || one.console === console) : tabs;
  const known = kept.some((one) => one.tab === tab && one.console === console);
  if (console !== undefined && !known) return [...kept, { tab, console }];
  return kept.length === tabs.length ? tabs : kept;
}

/** After a tab was closed. */
export const withoutTab = (tabs: readonly ConsoleTab[], tab: number): readonly ConsoleTab[] =>
  tabs.filter((one) => one.tab !== tab);
