import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import { hostMatches } from '#shared/policy/hosts.ts';
import { requestPack } from '../../packs/requests.ts';
import type { AccessLevel, Gate } from '../../platform/gates.ts';
import { left, toCutoff, toEnd, type HeldLease } from '../leases/index.ts';
import type { Clocks } from '../../platform/time.ts';

/** What each console allows now, from the signed list and the leases held. Pure. */

const byMode = { closed: 'none', 'read-only': 'view', watch: 'change' } as const;
const rank = { none: 0, view: 1, change: 2 } as const;

/** Is `a` less than `b`? */
export const less = (a: AccessLevel, b: AccessLevel): boolean => rank[a] < rank[b];
const greater = (a: AccessLevel, b: AccessLevel): AccessLevel => (less(a, b) ? b : a);

export interface AccessFacts {
  consoles: readonly ConsoleInfo[];
  held: readonly HeldLease[];
  /** Must it stay shut whatever its mode and grants say? What cannot be recorded must not happen. */
  stopped: (console: ConsoleInfo) => boolean;
  /** How the last call to the server came out. */
  server: Gate['server'];
  /** Tabs that show a page of it. */
  tabs: (console: ConsoleInfo) => number[];
}

/** What a console allows, as the browser's rules need it. */
export interface ConsoleAccess {
  /** Console id of the policy. */
  id: string;
  hosts: readonly string[];
  /** `METHOD /path` of requests that only read; a star may end the path. */
  reads: readonly string[];
  /** Hosts of other sites whose pages may send what changes something; with the hosts below them. */
  alsoFrom: readonly string[];
  /** What stands without a grant, persisted. */
  base: AccessLevel;
  /** What stands now: `base` or more. */
  access: AccessLevel;
  /** Tabs that show a page of it, as far as we know. */
  tabs: readonly number[];
}

export type Standing = ConsoleAccess & { gate: Gate };

/** @param wall local wall time, ms, for the times that people read */
export function standings(
  { consoles, held, stopped, server, tabs }: AccessFacts,
  clocks: Clocks,
): Standing[] {
  return consoles.map((info) => {
    const stop = stopped(info);
    const base: AccessLevel = stop ? 'none' : byMode[info.mode];
    const grant = stop ? undefined : bestOf(info, held, clocks);
    const access = grant ? greater(base, grant.lease.level) : base;
    const reads = [...info.reads, ...(requestPack(info.pack)?.reads ?? [])];
    const gate: Gate = {
      console: info.id,
      name: info.name,
      hosts: info.hosts,
      mode: info.mode,
      access,
      base,
      session: grant?.lease.session ?? '',
      grant: grant?.lease.grant ?? '',
      until: grant ? Math.round(clocks.wall() + toEnd(grant, clocks)) : 0,
      ...(grant ? { clock: { wall: clocks.wall(), left: left(grant, info.unreachable, clocks) } } : {}),
      basis: grant?.basis ?? 'approved',
      server: grant ? server : 'answers',
      cutoff: grant && server !== 'answers' ? cutoffOf(grant, info, clocks) : 0,
      record: info.record,
      pack: info.pack,
      reads,
      start: info.start,
    };
    return {
      id: info.id,
      hosts: info.hosts,
      alsoFrom: info.alsoFrom,
      reads,
      base,
      access,
      tabs: tabs(info),
      gate,
    };
  });
}

/** When a lease that is not renewed shuts its console, local wall time in ms; 0 where it does not. */
export function cutoffOf(
  held: HeldLease,
  { unreachable }: Pick<ConsoleInfo, 'unreachable'>,
  clocks: Clocks,
): number {
  const ms = toCutoff(held, unreachable, clocks);
  // Seconds are enough for people. Rounded down: better early than late.
  return ms === undefined ? 0 : Math.floor((clocks.wall() + ms) / 1000) * 1000;
}

/** The running grant of a console that opens most; of equals the one that lasts longest. */
function bestOf(info: ConsoleInfo, held: readonly HeldLease[], clocks: Clocks): HeldLease | undefined {
  const living = held.filter(
    (one) => one.lease.console === info.id && left(one, info.unreachable, clocks) > 0,
  );
  return living.toSorted(
    (a, b) => rank[b.lease.level] - rank[a.lease.level] || toEnd(b, clocks) - toEnd(a, clocks),
  )[0];
}

/** The console that an address belongs to; undefined for other schemes and other hosts. */
export function consoleOf<T extends { hosts: readonly string[] }>(
  consoles: readonly T[],
  address: string,
): T | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  return consoles.find(({ hosts }) => hosts.some((host) => hostMatches(host, url.hostname)));
}
