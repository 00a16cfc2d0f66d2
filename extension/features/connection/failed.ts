import { Refusal } from '#shared/errors.ts';
import { db } from '../../platform/db.ts';
import { change, state } from '../state/index.ts';

/** Codes that mean: the server does not know this browser any more. Everything it held is void. */
const UNKNOWN_HERE = new Set(['browser_unknown', 'browser_suspended', 'disabled']);

/** What a call that came to nothing says about the server and about us. */
export async function failed(cause: unknown): Promise<void> {
  if (cause instanceof Refusal && UNKNOWN_HERE.has(cause.code)) {
    change.pairingEnded(cause.message);
    if (state.identity) await (await db()).put('identity', state.identity, 'this');
  } else if (
    cause instanceof Refusal &&
    (cause.code === 'extension_outdated' || cause.code === 'server_outdated')
  ) {
    change.versionsUnfit(cause.code);
  } else {
    // An answer that makes no sense is no answer: leases run down, nothing opens.
    change.serverSilent();
  }
}
