import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';

/**
 * Judged again inside the writer: what a browser signed counts only while it is paired, and between its call and the
 * entry somebody may have ended that. Returns the browser's row.
 */
export function requirePaired(state: State, browser: string): Rows['browser'] {
  const row = state.get('browser', browser);
  if (row?.status === 'suspended') throw new Refusal('browser_suspended');
  if (row?.status !== 'paired') throw new Refusal('browser_unknown');
  return row;
}
