import { Refusal } from '#shared/errors.ts';
import type { Batch } from '#shared/entries/signed.ts';
import type { State } from '#shared/entries/fold.ts';
import type { Rows } from '#shared/entries/types.ts';
import type { Mode } from '#shared/statement/types.ts';

/** The rules of taking in actions. */

/** A batch follows the one before it: number and hash of the chain. */
export function refuseBrokenChain(browser: Rows['browser'], batch: Batch): void {
  if (batch.number !== browser.number + 1 || batch.previous !== browser.chain)
    throw new Refusal('statement_mismatch', { field: 'batch.number' });
}

/** Actions may only name sessions of this very browser (cases 50, 52). */
export function refuseForeignSessions(state: State, browser: Rows['browser'], batch: Batch): void {
  for (const { session } of batch.actions)
    if (session !== '' && state.get('session', session)?.browser !== browser.id)
      throw new Refusal('not_found', { field: 'batch.actions.session' });
}

/**
 * How many actions the mode forbade: done in a closed console outside a running session, or after the session's end.
 * They are kept; that they happened is what a review must see (case 51).
 */
export function violations(state: State, batch: Batch, modeOf: (console: string) => Mode): number {
  return batch.actions.filter((action) => {
    if (action.kind === 'noted' || modeOf(action.console) === 'watch') return false;
    const session = action.session === '' ? undefined : state.get('session', action.session);
    return session
      ? session.ended !== undefined && action.at > session.ended
      : modeOf(action.console) === 'closed';
  }).length;
}
