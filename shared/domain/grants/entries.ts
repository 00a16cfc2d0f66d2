import type { Basis } from '#shared/domain/primitives.ts';
import { z } from 'zod';
import { type Level, commitment, id, time } from '#shared/domain/primitives.ts';
import { signedText } from '#shared/domain/signing.ts';

/** Why and by what a grant ended. */
export const endedHow = z.enum([
  'ran-out',
  'handed-back',
  'revoked',
  'not-started',
  'disabled',
  'reset',
  'unpaired',
  'suspended',
  'released',
  'recovered',
  'no-longer-allowed',
]);

export type EndedHow = z.infer<typeof endedHow>;

/** The entries of this family, by type and version. */
export const schemas = {
  'grant.ended/1': z.strictObject({
    grant: id,
    how: endedHow,
    by: id.optional(),
    reason: commitment.optional(),
    end: signedText.optional(),
  }),
  /** A lower maximum of its console ends a running grant sooner. */
  'grant.shortened/1': z.strictObject({ grant: id, until: time }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface GrantsRows {
  grant: {
    id: string;
    request: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    made: number;
    /** When `until` was last decided: made, or more time was given. The console's maximum counts from here. */
    given: number;
    until: number;
    /** True where policy said that nobody decides: marked wherever the grant is shown. */
    basis: Basis;
    status: 'approved' | 'running' | 'ended';
    session?: string;
    endedHow?: EndedHow;
    endedAt?: number;
    endedBy?: string;
    reason?: string;
    entries: number[];
  };
}
