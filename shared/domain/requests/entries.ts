import { z } from 'zod';
import { personFacts } from '#shared/domain/people/entries.ts';
import { type Level, commitment, hash, id, terms, time, touch } from '#shared/domain/primitives.ts';
import { signedText } from '#shared/domain/signing.ts';

export const decides = z.union([z.literal('nobody'), z.array(z.string())]);

export type Decides = z.infer<typeof decides>;

/** What took a request away while it waited. */
export const lapsedHow = z.enum([
  'no-longer-allowed',
  'disabled',
  'reset',
  'unpaired',
  'suspended',
  'released',
  'recovered',
  'session-ended',
]);

export type LapsedHow = z.infer<typeof lapsedHow>;

/** The entries of this family, by type and version. */
export const schemas = {
  'request.asked/1': z.strictObject({
    request: id,
    hash,
    ask: signedText,
    person: personFacts,
    policy: hash,
    eligibility: z.string(),
    decides,
    expires: time,
  }),
  'request.withdrawn/1': z.strictObject({ request: id, withdrawal: signedText }),
  /** Nobody decided in time; or with `how`, what it rested on went before that. */
  'request.expired/1': z.strictObject({ request: id, how: lapsedHow.optional(), by: id.optional() }),
  /** An approval makes the grant; a denial carries the commitment to its reason. */
  'request.decided/1': z.strictObject({
    request: id,
    decision: z.enum(['approve', 'deny']),
    grant: id.optional(),
    terms: terms.optional(),
    reason: commitment.optional(),
    approver: personFacts,
    policy: hash,
    touch,
  }),
} as const;
export type Names = keyof typeof schemas;

/** What one approver said, by one touch. */
export interface Decision {
  /** The approver's id. */
  by: string;
  /** Log time, ms. */
  at: number;
  /** The key that was touched. */
  with: string;
  decision: 'approve' | 'deny';
  /** The commitment to why, where a reason was given. */
  reason?: string;
}

/** Rows of folded state, by kind. Times in ms. */
export interface RequestsRows {
  request: {
    id: string;
    hash: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    seconds: number;
    justification: string;
    ticket: string;
    address: string;
    extends: string;
    asked: number;
    expires: number;
    policy: string;
    eligibility: string;
    decides: Decides;
    status: 'waiting' | 'approved' | 'denied' | 'withdrawn' | 'expired';
    /** Where it expired for another reason than that nobody decided, and when, and by whom if by somebody. */
    lapsedHow?: LapsedHow;
    lapsedAt?: number;
    lapsedBy?: string;
    /** Who decided so far, in order. */
    decisions: Decision[];
    /** When it was approved or denied; also when its own touch started what nobody decides. */
    decidedAt?: number;
    grant?: string;
    entries: number[];
  };
  /** Id: the hash of an ask, so that the same one is never told twice. */
  ask: { request: string };
}
