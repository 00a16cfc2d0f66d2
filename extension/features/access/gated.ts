import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';

/** What this browser has to keep shut, from all that it knows. */
export interface GatedBy {
  /** The last list that the server signed. */
  list: readonly ConsoleInfo[] | undefined;
  /** Is the browser paired, so that the list alone decides? */
  paired: boolean;
  /** What the browser's policy names, and what is wrong with it. */
  managed: { hosts: readonly string[]; fault: string } | undefined;
  /** Consoles that former servers keep shut here, by server. */
  former: readonly { consoles: readonly ConsoleInfo[] }[];
}

/**
 * Every console that is gated: the server's own first, then what former servers shut and have not released, and
 * what the browser's policy names while nobody is paired. Those others are closed, and no id of theirs can be one of
 * the server's. Pure.
 */
export function gatedConsoles({ list = [], paired, managed, former }: GatedBy): ConsoleInfo[] {
  const named = paired && managed?.fault === '' ? [] : (managed?.hosts ?? []);
  const others = [...former.flatMap(({ consoles }) => consoles), ...named.map(byHost)];
  const known = new Set(list.flatMap(({ hosts }) => hosts));
  const more = others.flatMap((info): ConsoleInfo[] => {
    const hosts = info.hosts.filter((host) => !known.has(host));
    for (const host of hosts) known.add(host);
    return hosts.length > 0
      ? [{ ...info, id: `~${hosts[0]}`, hosts, mode: 'closed', reads: [], alsoFrom: [] }]
      : [];
  });
  return [...list, ...more];
}

const byHost = (host: string): ConsoleInfo => ({
  id: '',
  name: host,
  hosts: [host],
  start: `https://${host.replace('*.', '')}/`,
  mode: 'closed',
  pack: '',
  reads: [],
  alsoFrom: [],
  record: 'times',
  unreachable: 'close',
});
