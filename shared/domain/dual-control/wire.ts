import { z } from 'zod';
import { act } from './entries.ts';
import { personRef } from '#shared/domain/people/views.ts';
import { id, time, touch } from '#shared/domain/primitives.ts';
import { detailView, newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';

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

export const listActs = route({
  method: 'GET',
  path: '/api/acts',
  summary: 'Acts that wait for a second administrator, and those of the last 30 days, newest first.',
  auth: 'person',
  roles: readers,
  answer: z.object({ now: time, acts: z.array(actView) }),
});

export const proposeAct = route({
  method: 'POST',
  path: '/api/acts',
  summary: 'Propose an act with a touch over exactly what it does.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch, reason: newDetail.optional() }),
  answer: z.object({ act: actView }),
  appends: ['act.proposed'],
});

export const confirmAct = route({
  method: 'POST',
  path: '/api/acts/:act/confirm',
  summary: 'Do what another administrator proposed, with a touch over the same.',
  auth: 'person',
  roles: ['administrator'],
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
  roles: ['administrator'],
  params: z.strictObject({ act: id }),
  body: z.strictObject({}),
  answer: z.object({ act: actView }),
  appends: ['act.withdrawn'],
});

export const routes = { listActs, proposeAct, confirmAct, withdrawAct };
