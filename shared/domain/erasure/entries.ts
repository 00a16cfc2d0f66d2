import { z } from 'zod';
import { hash, id, touch } from '#shared/domain/primitives.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** Details were erased: by an act (`act`, `by` and `touch` of whoever confirmed it), or all below an index by policy. */
  'detail.erased/1': z.strictObject({
    how: z.enum(['demand', 'retention']),
    act: id.optional(),
    by: id.optional(),
    touch: touch.optional(),
    below: z.int().positive().optional(),
    policy: hash.optional(),
  }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface ErasureRows {
  /** Id: the index of the `detail.erased` entry. What it erased is either of `entries` and `below`. */
  erasure: { at: number; by: string[]; entries?: number[]; below?: number };
}
