import type { Batch } from '#shared/domain/actions/statements.ts';
import type { Rows } from '#shared/domain/entries.ts';

/** The rules of taking in actions. */

/**
 * How a batch that is not in the log yet fits to what is: it follows the one before; or it comes too early, and what is
 * missing must come first; or it is a second history of the same browser, as a copied or restored profile tells.
 */
export function batchFits(browser: Rows['browser'], batch: Batch): 'next' | 'early' | 'fork' {
  const next = browser.number + 1;
  if (batch.number > next) return 'early';
  return batch.number === next && batch.previous === browser.chain ? 'next' : 'fork';
}
