import type { Ask, Batch } from '#shared/entries/signed.ts';
import type { Entry } from '#shared/entries/types.ts';
import { commit } from '#shared/statement/signing.ts';

/** Free text as a page or export shows it, with what it takes to check it. */
export interface ShownDetail {
  salt: string;
  text: string;
  commitment: string;
}

/** The commitments to free text and personal detail in an entry. */
function commitmentsIn(entry: Entry): string[] {
  const { type, body } = entry;
  if (type === 'request.asked') {
    const { justification, ticket, address } = JSON.parse(body.ask.text) as Ask;
    return [justification, ticket, address].filter((commitment) => commitment !== '');
  }
  if (type === 'actions.recorded')
    return (JSON.parse(body.batch.text) as Batch).actions.map(({ detail }) => detail);
  return 'reason' in body && body.reason !== undefined ? [body.reason] : [];
}

/** Those of the details that are not the text that was committed to in one of these entries. */
export function otherDetails(details: readonly ShownDetail[], entries: readonly Entry[]): ShownDetail[] {
  const known = new Set(entries.flatMap(commitmentsIn));
  return details.filter(
    ({ salt, text, commitment }) => !known.has(commitment) || commit(salt, text) !== commitment,
  );
}
