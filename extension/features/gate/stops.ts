import { matchPatterns } from './patterns.ts';

/** What keeps a console shut in this browser whatever policy and grants say. Pure; worker and pages ask the same. */

/**
 * `fork`: the log showed two histories. `outbox`: what is done there cannot be delivered (T28). `rules`: the browser
 * refused the rules for it. `hosts`: the browser does not let us see one of its hosts, so what is done there could not
 * be recorded (T33).
 */
export type Stop = 'fork' | 'outbox' | 'rules' | 'hosts';

export interface Stops {
  fork: object | null | undefined;
  outbox: { full: boolean };
  /** Match patterns of hosts that the browser does not allow us. */
  missing: readonly string[];
  /** Ids of consoles whose rules the browser refused. */
  refusedRules: readonly string[];
}

export function stopOf(
  { fork, outbox, missing, refusedRules }: Stops,
  { id, hosts }: { id: string; hosts: readonly string[] },
): Stop | undefined {
  if (fork) return 'fork';
  if (outbox.full) return 'outbox';
  if (refusedRules.includes(id)) return 'rules';
  return missingOf(hosts, missing).length > 0 ? 'hosts' : undefined;
}

/** Those of the missing match patterns that belong to these hosts of a console. */
export const missingOf = (hosts: readonly string[], missing: readonly string[]): string[] =>
  missing.length === 0 ? [] : hosts.flatMap(matchPatterns).filter((pattern) => missing.includes(pattern));
