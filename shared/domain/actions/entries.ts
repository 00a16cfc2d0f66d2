import { z } from 'zod';
import { id } from '#shared/domain/primitives.ts';
import { signedText } from '#shared/domain/signing.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** Exactly the bytes that the browser signed. `violations` names actions that the mode forbade (`violations.ts`). */
  'actions.recorded/1': z.strictObject({
    browser: id,
    number: z.int().nonnegative(),
    batch: signedText,
    violations: z.array(z.int().nonnegative()).max(100),
  }),
} as const;
export type Names = keyof typeof schemas;
