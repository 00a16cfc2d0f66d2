import type { Claim, FormerPairing } from '../../platform/db.ts';
import type { Status } from '../../platform/status.ts';

/**
 * The genesis hashes of two logs, where an address that this browser was ever paired with shows another log than it
 * pinned, and its person has not yet said that this is meant. An address that is new here is judged by its name.
 */
export function anotherLog(
  known: readonly Pick<FormerPairing, 'server' | 'log'>[],
  { server, accepted }: Pick<Claim, 'server' | 'accepted'>,
  genesis: string,
): Status['anotherLog'] {
  const there = known.filter((one) => one.server === server);
  const held = there[0]?.log.genesis;
  if (held === undefined || accepted === genesis || there.some(({ log }) => log.genesis === genesis))
    return null;
  return { held, shown: genesis };
}
