import type { State } from '#shared/domain/state.ts';
import type { Batch } from './statements.ts';
import type { Mode } from '#shared/domain/primitives.ts';

/**
 * Which actions of a batch are violations, as their places in it, ascending: done in a session after its end, without
 * one in a closed console, or claimed to be of a session that is not this browser's. A console in `watch` forbids
 * nothing, and the recorder's own notes are no acts.
 *
 * The server judges once, by the mode in force when the batch comes, and the entry keeps the answer; fold and pages
 * read it there, and the verifier judges again by this same rule.
 */
export function violations(state: State, batch: Batch, modeOf: (console: string) => Mode): number[] {
  return batch.actions.flatMap((action, n) => {
    if (action.session !== '' && !isOwn(state, batch.browser, action.session)) return [n];
    const mode = modeOf(action.console);
    if (action.kind === 'noted' || mode === 'watch') return [];
    const session = action.session === '' ? undefined : state.get('session', action.session);
    const forbidden = session ? session.ended !== undefined && action.at > session.ended : mode === 'closed';
    return forbidden ? [n] : [];
  });
}

/** A browser's word counts for its own sessions; what it claims of another one's is kept, as a violation. */
export const isOwn = (state: State, browser: string, session: string): boolean =>
  state.get('session', session)?.browser === browser;
