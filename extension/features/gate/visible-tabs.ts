import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { Shown } from '../../platform/tabs.ts';
import { consoleOf } from '../access/access.ts';

/** Which tab shows a page or a frame of which console: rules by tab hold there. Pure. */
export interface Showing {
  tab: number;
  /** Console id. */
  console: string;
}

/**
 * After a document was asked for or arrived. One that is asked for counts from then on, so that the rules are there
 * before it is; a tab whose own page is another one shows nothing of before.
 */
export function showingAfter(
  showing: readonly Showing[],
  { tab, frame, url }: Shown,
  consoles: readonly ConsoleInfo[],
  arrived: boolean,
): readonly Showing[] {
  const console = consoleOf(consoles, url)?.id;
  const kept =
    arrived && frame === 0 ? showing.filter((one) => one.tab !== tab || one.console === console) : showing;
  const known = kept.some((one) => one.tab === tab && one.console === console);
  if (console !== undefined && !known) return [...kept, { tab, console }];
  return kept.length === showing.length ? showing : kept;
}
