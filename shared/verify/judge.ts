import { definitionOf } from '#shared/domain/index.ts';
import type { Entry } from '#shared/domain/entries.ts';
import type { Facts } from '#shared/domain/judging.ts';
import { touchRule } from './touches.ts';

/**
 * Judges one entry by the state that the entries before it make: everything but signatures, which are bytes' own matter.
 * The server asks before it writes an entry, the verifier asks again. Throws Contradiction, CannotJudge, or what a form
 * that does not fit throws.
 */
export function judge(entry: Entry, index: number, facts: Facts): void {
  touchRule(entry, index, facts);
  definitionOf(entry).rule(entry, index, facts);
}
