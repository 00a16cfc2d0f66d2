import { z } from 'zod';
import { signedText } from '#shared/domain/signing.ts';
import { newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';

/** Batch of actions with the details behind its commitments, in the same order. The answer is the receipt. */
export const recordActions = route({
  method: 'POST',
  path: '/api/browser/actions',
  summary: 'Deliver the next batch; answers with proofs that it is in the log.',
  auth: 'browser',
  body: z.strictObject({
    batch: signedText,
    details: z.array(newDetail).max(100),
    from: z.int().nonnegative(),
  }),
  answer: z.object({
    number: z.int(),
    index: z.int(),
    /** The entry's exact bytes, base64, so that its leaf hash can be computed and its content compared. */
    entry: z.string(),
    checkpoint: z.string(),
    /** Hashes in base64, as in checkpoints. */
    inclusion: z.array(z.string()),
    /** Consistency from the size named by `from` (empty when that is 0). */
    consistency: z.array(z.string()),
  }),
  appends: ['actions.recorded', 'browser.ended', 'request.expired', 'grant.ended'],
});

export const routes = { recordActions };
