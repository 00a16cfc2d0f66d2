import { z } from 'zod';
import { hash, time } from '#shared/domain/primitives.ts';
import { b64u, b64uUpTo } from '#shared/log/form.ts';

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

/** What shows that the log's present origin and keys follow from earlier ones; see `shared/verify/succession.ts`. */
export const successionAnswer = z.object({
  /** The newest checkpoint, signed by the present key. */
  checkpoint: z.string(),
  /** That it extends the tree of `from`, or of the smallest size that a recovery since went back to. */
  consistency: z.array(b64u(32)).max(63),
  /**
   * Genesis, every rotation and recovery with its act, and all that made those who touched them administrators. In
   * order, each with the proof that it is in the newest tree.
   */
  entries: z.array(
    z.object({ index: z.int().nonnegative(), bytes: b64uUpTo(90_000), proof: z.array(hash).max(63) }),
  ),
});

export type SuccessionAnswer = z.infer<typeof successionAnswer>;
