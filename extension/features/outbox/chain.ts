import { lowestBatch, readChain } from '../../platform/outbox-store.ts';
import { isOurs, newChain } from './plan.ts';

/**
 * False when the log holds batches by this browser's key that this browser did not make: its profile was cloned or
 * restored, and it is to be paired again.
 */
export async function knowsChain(
  server: { number: number; hash: string },
  browser: string,
): Promise<boolean> {
  // The lowest first: numbering only adds above it, so that a batch proven in between cannot look like another's.
  const lowest = await lowestBatch();
  const stored = await readChain();
  if (stored?.browser !== browser) return isOurs(server, newChain(browser), undefined);
  return isOurs(server, stored, lowest);
}
