import { fromBase64url, fromUtf8, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { commit } from '#shared/domain/signing.ts';
import type { DetailView, NewDetail } from '#shared/wire/details.ts';
import type { Services } from '../context.ts';
import type { LogDraft } from '../log/index.ts';

/** Free text and personal detail: kept beside the log under its commitment, null once erased. */
export function detailOf(services: Services, commitment: string): DetailView | null {
  const found = services.log.detail(fromBase64url(commitment));
  return found ? { salt: toBase64url(found.salt), text: found.detail, commitment } : null;
}

/** Keeps details beside the entry that is appended next. */
export function keepDetails(draft: LogDraft, ...details: (NewDetail | undefined)[]): void {
  for (const detail of details) if (detail) draft.keepDetail(fromBase64url(detail.salt), detail.text);
}

/** A detail as sent must be what its signer committed to: anything else would show words that nobody signed. */
export function requireCommitted(detail: NewDetail | undefined, commitment: string, field: string): void {
  if (commitment === '' && detail === undefined) return;
  if (!detail || !wellFormed(detail.text) || commit(detail.salt, detail.text) !== commitment)
    throw new Refusal('statement_mismatch', { field });
}

/** Who asks, and who turns down or shuts out, says why in words that can be read (case 71). */
export function requireWords(text: string | undefined, field: 'justification' | 'reason'): void {
  if (text === undefined || isBlank(text)) throw new Refusal(`${field}_missing`, { field });
}

/** Text with lone surrogates has no UTF-8, so its commitment would be of other words. */
const wellFormed = (text: string): boolean => fromUtf8(new TextEncoder().encode(text)) === text;
