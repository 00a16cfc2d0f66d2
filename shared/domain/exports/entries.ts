import { z } from 'zod';
import { id } from '#shared/domain/primitives.ts';
import { cut } from '#shared/evidence/cut.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** Somebody took evidence of others out of the companion; `size` is that of the checkpoint in it. */
  'evidence.exported/1': z.strictObject({ by: id, cut, size: z.int().positive() }),
} as const;
export type Names = keyof typeof schemas;
