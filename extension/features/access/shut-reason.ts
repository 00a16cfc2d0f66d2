import { hostsOverlap } from '#shared/policy/hosts.ts';
import { matchPatterns } from '../../platform/match-patterns.ts';

/** What keeps a console shut in this browser whatever policy and grants say. Pure; worker and pages ask the same. */

/**
 * `fork`: the log showed two histories. `outbox`: what is done there cannot be delivered (T28). `managed`: the browser's
 * policy names it, and cannot be read whole. `former`: a former server shut it and has not released this browser. `rules`:
 * the browser refused the rules for it. `hosts`: the browser does not let us see one of its hosts, so what is done there
 * could not be recorded (T33).
 */
export type ShutReason = 'fork' | 'outbox' | 'managed' | 'former' | 'rules' | 'hosts';

export interface ShutFacts {
  fork: object | null | undefined;
  outbox: { full: boolean };
  /** Match patterns of hosts that the browser does not allow us. */
  missing: readonly string[];
  /** Ids of consoles whose rules the browser refused. */
  refusedRules: readonly string[];
  managed: { fault: string; hosts: readonly string[] } | null | undefined;
  former: readonly { hosts: readonly string[] }[];
}

export function shutReason(
  { fork, outbox, missing, refusedRules, managed, former }: ShutFacts,
  { id, hosts }: { id: string; hosts: readonly string[] },
): ShutReason | undefined {
  if (fork) return 'fork';
  if (outbox.full) return 'outbox';
  const meets = (others: readonly string[]): boolean =>
    others.some((other) => hosts.some((host) => hostsOverlap(host, other)));
  if (managed && managed.fault !== '' && meets(managed.hosts)) return 'managed';
  if (former.some((one) => meets(one.hosts))) return 'former';
  if (refusedRules.includes(id)) return 'rules';
  return missingOf(hosts, missing).length > 0 ? 'hosts' : undefined;
}

/** Those of the missing match patterns that belong to these hosts of a console. */
export const missingOf = (hosts: readonly string[], missing: readonly string[]): string[] =>
  missing.length === 0 ? [] : hosts.flatMap(matchPatterns).filter((pattern) => missing.includes(pattern));
