import { z } from 'zod';
import { erasedEntries, id } from '#shared/domain/primitives.ts';
import { route } from '#shared/wire/route.ts';

export const erasable = route({
  method: 'GET',
  path: '/api/acts/erasable',
  summary: 'The entries of a session or a request that have texts to erase.',
  auth: 'person',
  roles: ['administrator'],
  query: z.strictObject({ session: id.optional(), request: id.optional() }),
  answer: z.object({
    entries: z.union([erasedEntries, z.array(z.int()).length(0)]),
    texts: z.int(),
    /** Entries beyond what one act may name. */
    more: z.int(),
    /** It still runs or waits, so nothing of it may go yet. */
    open: z.boolean(),
  }),
});

export const routes = { erasable };
