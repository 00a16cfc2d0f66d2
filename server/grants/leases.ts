import type { Rows } from '#shared/domain/entries.ts';
import type { Lease } from '#shared/domain/grants/statements.ts';
import { endWithin, grantLasts } from '#shared/domain/rights/standing.ts';
import type { SignedText } from '#shared/domain/signing.ts';
import type { Services } from '../context.ts';

/** How long a lease lives without renewal, in ms. */
const LEASE_LIFE_MS = 60_000;

/**
 * A lease for each running grant of a browser that still stands, by the policy and the roles of now: what ended with a
 * change of these is no reason to trust that it did.
 */
export function leasesFor(
  { log, policy, leaseKey }: Pick<Services, 'log' | 'policy' | 'leaseKey'>,
  browser: Rows['browser'],
  { nonce, issued }: { nonce: string; issued: number },
): SignedText[] {
  const inForce = policy.current.policy;
  return [...log.state.all('grant')]
    .map(([, grant]) => ({ ...grant, until: endWithin(inForce, grant) }))
    .filter(
      (grant) =>
        grant.browser === browser.id &&
        grant.status === 'running' &&
        grant.until > issued &&
        grantLasts(inForce, log.state, grant),
    )
    .map(({ id, session = '', console, level, until }) => {
      const lease: Lease = {
        type: 'lease',
        log: log.origin,
        browserKey: browser.publicKey,
        grant: id,
        session,
        console,
        level,
        nonce,
        issued,
        dies: Math.min(issued + LEASE_LIFE_MS, until),
        until,
      };
      return leaseKey.sign('lease', lease);
    });
}
