import type { z } from 'zod';
import { Refusal } from '#shared/errors.ts';
import type { SignedText } from '#shared/domain/signing.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import type { Services } from '../context.ts';
import { type BrowserCaller, verifiedBy } from '../http/index.ts';

/** Reads a text that the browser's own key signed, as exactly one of this kind and about this browser and log. */
export function signedByBrowser<T extends { log: string; browser: string }>(
  services: Services,
  who: BrowserCaller,
  kind: 'ask' | 'withdrawal' | 'end' | 'batch',
  signed: SignedText,
  schema: z.ZodType<T>,
): T {
  if (!verifiedBy(who.browser.publicKey, kind, signed.text, signed.signature))
    throw new Refusal('proof_invalid');
  let value: T;
  try {
    value = schema.parse(parseCanonical(signed.text));
  } catch (cause) {
    throw new Refusal('invalid_input', { cause, field: kind });
  }
  if (value.log !== services.log.origin || value.browser !== who.browser.id)
    throw new Refusal('statement_mismatch', { field: kind });
  return value;
}
