import { z } from 'zod';
import { consoleId, id, time } from '#shared/domain/primitives.ts';

/** What is cut out of a log as evidence. Times in ms since 1970; `to` is not within. */
export const cut = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('session'), session: id }),
  z.strictObject({ kind: z.literal('person'), person: id }),
  z.strictObject({ kind: z.literal('console'), console: consoleId }),
  z.strictObject({ kind: z.literal('period'), from: time, to: time }),
]);

export type Cut = z.infer<typeof cut>;

/** The entries of this family, by type and version. */
export const schemas = {
  /** Somebody took evidence of others out of the companion; `size` is that of the checkpoint in it. */
  'evidence.exported/1': z.strictObject({ by: id, cut, size: z.int().positive() }),
} as const;
export type Names = keyof typeof schemas;
