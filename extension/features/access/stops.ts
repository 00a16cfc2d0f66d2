import { hostsOverlap } from '#shared/policy/hosts.ts';
import { matchPatterns } from '../gate/patterns.ts';

/** What keeps a console shut in this browser whatever policy and grants say. Pure; worker and pages ask the same. */

/**
 * `fork`: the log showed two histories. `outbox`: what is done there cannot be delivered (T28). `managed`: the browser's
 * policy names it, and cannot be read whole. `kept`: a server before shut it and has not released this browser. `rules`:
 * the browser refused the rules for it. `hosts`: the browser does not let us see one of its hosts, so what is done there
 * could not be recorded (T33).
 */
export type Stop = 'fork' | 'outbox' | 'managed' | 'kept' | 'rules' | 'hosts';

export interface Stops {
  fork: object | null | undefined;
  outbox: { full: boolean };
  /** Match patterns of hosts that the browser does not allow us. */
  missing: readonly string[];
  /** Ids of consoles whose rules the browser refused. */
  refusedRules: readonly string[];
  managed: { fault: string; hosts: readonly string[] } | null | undefined;
  kept: readonly { hosts: readonly string[] }[];
}

export function stopOf(
  { fork, outbox, missing, refusedRules, managed, kept }: Stops,
  { id, hosts }: { id: string; hosts: readonly string[] },
): Stop | undefined {
  if (fork) return 'fork';
  if (outbox.full) return 'outbox';
  const meets = (others: readonly string[]): boolean =>
    others.some((other) => hosts.some((host) => hostsOverlap(host, other)));
  if (managed && managed.fault !== '' && meets(managed.hosts)) return 'managed';
  if (kept.some((one) => meets(one.hosts))) return 'kept';
  if (refusedRules.includes(id)) return 'rules';
  return missingOf(hosts, missing).length > 0 ? 'hosts' : undefined;
}

/** Those of the missing match patterns that belong to these hosts of a console. */
export const missingOf = (hosts: readonly string[], missing: readonly string[]): string[] =>
  missing.length === 0 ? [] : hosts.flatMap(matchPatterns).filter((pattern) => missing.includes(pattern));
