import type { Ask } from '#shared/domain/requests/statements.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { commit } from '#shared/domain/signing.ts';

/** A commitment to free text or personal detail in an entry, and the action that it belongs to, if it is one's. */
export interface Committed {
  readonly commitment: string;
  readonly action?: { readonly session: string; readonly console: string };
}

/** The commitments to free text and personal detail in an entry. */
export function commitmentsIn({ type, body }: Entry): Committed[] {
  if (type === 'request.asked') {
    const { justification, ticket, address } = JSON.parse(body.ask.text) as Ask;
    return [justification, ticket, address]
      .filter((commitment) => commitment !== '')
      .map((commitment) => ({ commitment }));
  }
  if (type === 'actions.recorded')
    return (JSON.parse(body.batch.text) as Batch).actions.map(({ detail, session, console }) => ({
      commitment: detail,
      action: { session, console },
    }));
  if (type === 'act.proposed') return body.what.type === 'erasure' ? [{ commitment: body.what.reason }] : [];
  return 'reason' in body && body.reason !== undefined ? [{ commitment: body.reason }] : [];
}

/** Whether the text is what was committed to. */
export const isCommitted = (detail: { salt: string; text: string; commitment: string }): boolean =>
  commit(detail.salt, detail.text) === detail.commitment;
