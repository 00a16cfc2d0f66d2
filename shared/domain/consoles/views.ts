import { z } from 'zod';
import { consoleId, level } from '#shared/domain/primitives.ts';
import { decides } from '#shared/domain/requests/entries.ts';

export const consoleRef = z.object({ id: consoleId, name: z.string() });

/** A level that policy lets a person ask for now. `durations` in seconds, ascending. */
export const offer = z.object({
  level,
  durations: z.array(z.int().positive()).min(1),
  decides,
  eligibility: z.string(),
});

export type Offer = z.infer<typeof offer>;
