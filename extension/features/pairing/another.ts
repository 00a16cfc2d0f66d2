import type { Claim, Identity } from '../../platform/db.ts';
import type { Status } from '../../platform/status.ts';

/**
 * The genesis hashes of two logs, where the address that this browser was paired with shows another log than the one
 * it pinned, and its person has not yet said that this is meant. An address that is new here is judged by its name.
 */
export function anotherLog(
  known: Pick<Identity, 'server' | 'log'> | undefined,
  { server, accepted }: Pick<Claim, 'server' | 'accepted'>,
  genesis: string,
): Status['anotherLog'] {
  if (known?.server !== server || known.log.genesis === genesis || accepted === genesis) return null;
  return { held: known.log.genesis, shown: genesis };
}
