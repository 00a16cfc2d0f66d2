import { z } from 'zod';
import { hash } from '#shared/domain/primitives.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  'policy.loaded/1': z.strictObject({ hash, text: z.string() }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface PolicyRows {
  /** One row, id "current". `entry` is the index of the `policy.loaded` entry. */
  policy: { hash: string; entry: number };
}
