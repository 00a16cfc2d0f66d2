import { z } from 'zod';
import { byPerson, commitment, consoleId, hash, id, level, terms, time } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

export const askOf = ({ text }: { text: string }): Ask => JSON.parse(text) as Ask;

const optionalCommitment = z.union([commitment, z.literal('')]);

/** A request as the engineer's browser asks it, without a touch. `extends` is the grant that should get more time. */
export const ask = z.strictObject({
  type: z.literal('ask'),
  log: z.string().max(200),
  browser: id,
  console: consoleId,
  level,
  /** Asked duration in seconds. */
  seconds: z.int().positive(),
  justification: commitment,
  ticket: optionalCommitment,
  /** The address first asked for, redacted in the browser. */
  address: optionalCommitment,
  extends: z.union([id, z.literal('')]),
  at: time,
  nonce: b64u(16),
});

export type Ask = z.infer<typeof ask>;

export const withdrawal = z.strictObject({
  type: z.literal('withdrawal'),
  log: z.string().max(200),
  browser: id,
  request: id,
  at: time,
});

/** What is touched with a hardware key. */
export const statements = {
  /** "Approve (or deny) THIS request, on these terms." `reason` is empty when approving. */
  decision: z.strictObject({
    type: z.literal('decision'),
    ...byPerson,
    request: id,
    requestHash: hash,
    requester: id,
    policy: hash,
    decision: z.enum(['approve', 'deny']),
    terms,
    reason: z.union([commitment, z.literal('')]),
  }),
} as const;
