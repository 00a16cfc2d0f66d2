import { z } from 'zod';
import { byPerson, commitment, erasedEntries, id } from '#shared/domain/primitives.ts';

/** What is touched with a hardware key. */
export const statements = {
  /** "Erase the details of these entries." Signed by whoever proposes the act and by whoever confirms it. */
  erasure: z.strictObject({
    type: z.literal('erasure'),
    ...byPerson,
    act: id,
    entries: erasedEntries,
    reason: commitment,
  }),
} as const;
