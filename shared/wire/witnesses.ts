import { z } from 'zod';
import { id, time } from '#shared/domain/primitives.ts';
import { route } from './route.ts';
import { personRef } from './views.ts';

/** Who has checked that the log only grows, and how far. Times in ms. */
export const listWitnesses = route({
  method: 'GET',
  path: '/api/witnesses',
  summary: 'How far the log is witnessed: by browsers, and by witnesses and anchors outside.',
  auth: 'person',
  answer: z.object({
    now: time,
    /** Entries under the newest signed checkpoint. */
    size: z.int(),
    browsers: z.array(
      z.object({
        browser: id,
        label: z.string(),
        person: personRef,
        size: z.int(),
        time,
        paired: z.boolean(),
      }),
    ),
    outside: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['witness', 'git', 'folder']),
        /** Entries that it has or has cosigned; 0 before the first time. */
        size: z.int(),
        time: time.optional(),
        /** Why the last try failed, with the next step. */
        trouble: z.string().optional(),
        /** It has seen another history, or a longer one, than this server holds. */
        alarm: z.boolean(),
      }),
    ),
    forks: z.array(
      z.object({
        id: z.int(),
        browser: id,
        label: z.string(),
        person: personRef,
        time,
        held: z.string(),
        shown: z.string(),
      }),
    ),
  }),
});
export type WitnessesView = z.infer<(typeof listWitnesses)['answer']>;
export const witnessRoutes = { listWitnesses };
