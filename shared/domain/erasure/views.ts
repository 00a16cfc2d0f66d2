import { z } from 'zod';
import { personRef } from '#shared/domain/people/views.ts';
import { time } from '#shared/domain/primitives.ts';

/** When details were erased, by which entry, and by whom; nobody in `by` where policy's retention did it. */
export const erasedView = z.object({ at: time, entry: z.int(), by: z.array(personRef) });

export type ErasedView = z.infer<typeof erasedView>;
