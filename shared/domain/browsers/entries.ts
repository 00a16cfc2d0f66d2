import { z } from 'zod';
import { id, shortCode, touch } from '#shared/domain/primitives.ts';
import { signedText } from '#shared/domain/signing.ts';
import { b64u } from '#shared/log/form.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  'browser.paired/1': z.strictObject({
    browser: id,
    person: id,
    publicKey: b64u(32),
    code: shortCode,
    label: z.string(),
    touch,
  }),
  /**
   * Unpaired by somebody, or suspended by what it sent: `evidence` is a batch that it signed and that cannot stand
   * beside those in the log, as a copied profile makes (another one under a used number, or a chain that forks).
   */
  'browser.ended/1': z.strictObject({
    browser: id,
    how: z.enum(['unpaired', 'suspended']),
    by: id.optional(),
    evidence: signedText.optional(),
  }),
  /**
   * An administrator let a browser go: it need not keep shut any more what this server shut there. Its pairing ends, if
   * it had not ended before.
   */
  'browser.released/1': z.strictObject({ browser: id, by: id, touch }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface BrowsersRows {
  browser: {
    id: string;
    person: string;
    publicKey: string;
    label: string;
    paired: number;
    status: 'paired' | 'suspended' | 'unpaired' | 'released';
    /** Number, hash and entry of the last batch; -1, '' and -1 before the first. */
    number: number;
    chain: string;
    last: number;
    entry: number;
  };
}
