import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { Match } from '../../platform/rules.ts';
import { domainsOf, fromOtherSites, isForSockets } from '../gate/index.ts';
import type { ConsoleTab } from '../state/index.ts';

/** What the rules blocked, from what the browser says of them. Pure. */
export interface Blocked {
  /** How many requests of other sites, by console id. */
  elsewhere: Map<string, number>;
  /** Tabs in which a console that may only be looked at wanted a socket. */
  sockets: Set<number>;
}

export function blockedIn(
  matches: readonly Match[],
  consoles: readonly ConsoleInfo[],
  tabs: readonly ConsoleTab[],
): Blocked {
  const elsewhere = new Map<string, number>();
  const sockets = new Set<number>();
  for (const { rule, tab } of matches) {
    const to = rule.condition.requestDomains ?? [];
    const whose = consoles.filter(({ hosts }) => domainsOf(hosts).some((host) => to.includes(host)));
    const [one, ...more] = whose;
    // A rule for several consoles does not say which one it was.
    if (fromOtherSites(rule) && one && more.length === 0)
      elsewhere.set(one.id, (elsewhere.get(one.id) ?? 0) + 1);
    else if (
      isForSockets(rule) &&
      tabs.some((at) => at.tab === tab && whose.some(({ id }) => id === at.console))
    )
      sockets.add(tab);
  }
  return { elsewhere, sockets };
}

export const sayElsewhere = (count: number): string =>
  `Blocked ${count} ${count === 1 ? 'request' : 'requests'} from other sites`;
