import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/entries/fold.ts';

/**
 * Judged again inside the writer: what a browser signed counts only while it is paired, and between its call and the
 * entry somebody may have ended that.
 */
export function refuseUnpaired(state: State, browser: string): void {
  const status = state.get('browser', browser)?.status;
  if (status === 'suspended') throw new Refusal('browser_suspended');
  if (status !== 'paired') throw new Refusal('browser_unknown');
}
