import { z } from 'zod';
import { id } from '#shared/domain/primitives.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** An attempt that was refused and should be known: replayed touches, lost races, batches for another's session. */
  'attempt.refused/1': z.strictObject({
    what: z.string().max(60),
    why: z.string().max(40),
    person: id.optional(),
    browser: id.optional(),
    subject: id.optional(),
  }),
} as const;
export type Names = keyof typeof schemas;
