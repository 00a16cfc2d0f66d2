import { z } from 'zod';
import { hash, time } from '#shared/domain/primitives.ts';

export const entryView = z.object({
  index: z.int(),
  at: time,
  type: z.string(),
  who: z.string(),
  /** In one sentence, without detail. */
  words: z.string(),
  leafHash: hash,
});

export type EntryView = z.infer<typeof entryView>;
