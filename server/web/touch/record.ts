import { ask as askForm } from '#shared/domain/requests/statements.ts';
import { type SignedText, commit, signedHash } from '#shared/domain/signing.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import type { DetailView } from '#shared/wire/details.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/** Checks that what the page draws is what the record says, before it offers a touch. */

const holds = ({ salt, text, commitment }: DetailView): boolean => {
  try {
    return commit(salt, text) === commitment;
  } catch {
    return false;
  }
};

/**
 * Why a request must not be touched, as a sentence, or undefined when all holds: every text drawn matches its
 * commitment, and the ask that the engineer's browser signed says the same and has the hash that would be signed.
 */
export function mismatch(request: RequestView, ask: SignedText): string | undefined {
  const drawn = { justification: request.justification, ticket: request.ticket, address: request.address };
  for (const [name, detail] of Object.entries(drawn))
    if (detail && !holds(detail))
      return `The ${name} shown here is not the one on record. Do not touch your key, and tell an administrator.`;
  return saysTheSame(request, ask)
    ? undefined
    : 'What this page shows is not what was requested. Do not touch your key, and tell an administrator.';
}

function saysTheSame(request: RequestView, { text }: SignedText): boolean {
  if (signedHash('ask', text) !== request.hash) return false;
  let parsed: unknown;
  try {
    parsed = parseCanonical(text);
  } catch {
    return false;
  }
  const ask = askForm.safeParse(parsed).data;
  if (!ask) return false;
  const agrees = (detail: DetailView | null, commitment: string): boolean =>
    detail === null || detail.commitment === commitment;
  return (
    ask.console === request.console.id &&
    ask.level === request.level &&
    ask.seconds === request.seconds &&
    ask.extends === request.extends &&
    ask.browser === request.browser.id &&
    agrees(request.justification, ask.justification) &&
    agrees(request.ticket, ask.ticket) &&
    agrees(request.address, ask.address)
  );
}
