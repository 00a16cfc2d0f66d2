import { Refusal } from '#shared/errors.ts';
import { db } from '../../platform/db.ts';
import { state } from '../state/state.ts';
import { isNotRenewed } from '../status/toolbar.ts';
import { lastOnes } from '../leases/held.ts';

/** What an answer, or its absence, says about the server and about us. */

export function answered(serverNow: number): void {
  state.run.unreachableSince = 0;
  state.run.unfit = '';
  state.run.warned = state.run.warned.filter((mark) => !isNotRenewed(mark));
  const offset = serverNow - Date.now();
  // The answer took its time; a new estimate that differs by less than that would only make the shown times jump.
  if (Math.abs(offset - state.run.offset) > 1_000) state.run.offset = offset;
}

/** Codes that mean: the server does not know this browser any more. Everything it held is void. */
const unknownHere = new Set(['browser_unknown', 'browser_suspended', 'disabled']);

export async function failed(cause: unknown): Promise<void> {
  if (cause instanceof Refusal && unknownHere.has(cause.code)) {
    state.run.held = [];
    state.refused = cause.message;
    if (!state.identity) return;
    state.identity = { ...state.identity, state: 'ended' };
    await (await db()).put('identity', state.identity, 'this');
    return;
  }
  if (cause instanceof Refusal && (cause.code === 'extension_outdated' || cause.code === 'server_outdated')) {
    state.run.unreachableSince = 0;
    state.run.unfit = cause.code;
    state.run.held = lastOnes(state.run.held);
    return;
  }
  // An answer that makes no sense is no answer: leases run down, nothing opens.
  missed();
}

/** Nobody answered. */
export function missed(): void {
  if (state.run.unreachableSince === 0) state.run.unreachableSince = Date.now();
}
