import { z } from 'zod';
import { b64u, b64uUpTo } from '#shared/log/form.ts';
import { hash, logOrigin } from '#shared/domain/primitives.ts';
import { route } from './route.ts';

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

export const successionQuery = z.strictObject({
  /** Size of the checkpoint that the caller holds. */
  from: z.coerce.number().pipe(z.int().nonnegative()),
  /** The origin that the caller holds. */
  origin: logOrigin,
});

export const succession = route({
  method: 'GET',
  path: '/api/log/succession',
  summary:
    'Proof that the log’s present origin and keys follow from those that the caller holds. For whoever is signed in, and by proof for browsers that are or were paired.',
  auth: 'anybody',
  query: successionQuery,
  answer: successionAnswer,
});
export const successionRoutes = { succession };
