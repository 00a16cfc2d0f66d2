import { z } from 'zod';
import { act } from '#shared/domain/dual-control/entries.ts';
import { erasedEntries, id, time, touch } from '#shared/domain/primitives.ts';
import { route } from './route.ts';
import { detailView, newDetail, personRef } from './views.ts';

/** What takes two administrators: proposed by the touch of one, done by the touch of another. */

export const actView = z.object({
  id,
  what: act,
  by: personRef,
  proposed: time,
  expires: time,
  status: z.enum(['proposed', 'withdrawn', 'done', 'expired']),
  confirmedBy: personRef.optional(),
  /** Why it was proposed; null once erased or where the act has no reason. */
  reason: detailView.nullable(),
  /** Texts that an erasure would still take. */
  texts: z.int(),
});
export type ActView = z.infer<typeof actView>;

const readers = ['administrator', 'auditor'] as const;
const administrators = ['administrator'] as const;

export const listActs = route({
  method: 'GET',
  path: '/api/acts',
  summary: 'Acts that wait for a second administrator, and those of the last 30 days, newest first.',
  auth: 'person',
  roles: readers,
  answer: z.object({ now: time, acts: z.array(actView) }),
});
export const erasable = route({
  method: 'GET',
  path: '/api/acts/erasable',
  summary: 'The entries of a session or a request that have texts to erase.',
  auth: 'person',
  roles: administrators,
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
export const proposeAct = route({
  method: 'POST',
  path: '/api/acts',
  summary: 'Propose an act with a touch over exactly what it does.',
  auth: 'person',
  roles: administrators,
  body: z.strictObject({ touch, reason: newDetail.optional() }),
  answer: z.object({ act: actView }),
  appends: ['act.proposed'],
});
export const confirmAct = route({
  method: 'POST',
  path: '/api/acts/:act/confirm',
  summary: 'Do what another administrator proposed, with a touch over the same.',
  auth: 'person',
  roles: administrators,
  params: z.strictObject({ act: id }),
  body: z.strictObject({ touch }),
  answer: z.object({ act: actView }),
  appends: ['detail.erased', 'log.key-rotated'],
});
export const withdrawAct = route({
  method: 'POST',
  path: '/api/acts/:act/withdraw',
  summary: 'Withdraw a proposal: one’s own or another’s.',
  auth: 'person',
  roles: administrators,
  params: z.strictObject({ act: id }),
  body: z.strictObject({}),
  answer: z.object({ act: actView }),
  appends: ['act.withdrawn'],
});
export const actRoutes = { listActs, erasable, proposeAct, confirmAct, withdrawAct };
