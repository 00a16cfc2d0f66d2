import type { State } from '#shared/entries/fold.ts';
import type { Batch } from '#shared/entries/signed.ts';
import type { Mode } from '#shared/statement/types.ts';

/**
 * Which actions of a batch the mode forbade, as their places in it, ascending: done in a session after its end, or
 * without one in a closed console. A console in `watch` forbids nothing, and the recorder's own notes are no acts.
 *
 * The server judges once, by the mode in force when the batch comes, and the entry keeps the answer; fold and pages
 * read it there, and the verifier judges again by this same rule.
 */
export function violations(state: State, batch: Batch, modeOf: (console: string) => Mode): number[] {
  return batch.actions.flatMap((action, n) => {
    const mode = modeOf(action.console);
    if (action.kind === 'noted' || mode === 'watch') return [];
    const session = action.session === '' ? undefined : state.get('session', action.session);
    const forbidden = session ? session.ended !== undefined && action.at > session.ended : mode === 'closed';
    return forbidden ? [n] : [];
  });
}
