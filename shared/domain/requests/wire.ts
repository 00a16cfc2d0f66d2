import { z } from 'zod';
import { credentialId, id, time, touch } from '#shared/domain/primitives.ts';
import { requestView } from './views.ts';
import { signedText } from '#shared/domain/signing.ts';
import { newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';

export const askRequest = route({
  method: 'POST',
  path: '/api/browser/requests',
  summary: 'Ask for access: the ask is signed by the browser key, free text comes beside it.',
  auth: 'browser',
  body: z.strictObject({
    ask: signedText,
    justification: newDetail,
    ticket: newDetail.optional(),
    address: newDetail.optional(),
  }),
  answer: z.object({ request: requestView }),
  appends: ['request.asked'],
});

export const withdraw = route({
  method: 'POST',
  path: '/api/browser/requests/:request/withdraw',
  summary: 'Withdraw an open request.',
  auth: 'browser',
  params: z.strictObject({ request: id }),
  body: z.strictObject({ withdrawal: signedText }),
  answer: z.object({ request: requestView }),
  appends: ['request.withdrawn'],
});

export const inbox = route({
  method: 'GET',
  path: '/api/inbox',
  summary: 'What needs me: requests I may decide; my own; those decided lately.',
  auth: 'person',
  answer: z.object({
    now: time,
    toDecide: z.array(requestView),
    mine: z.array(requestView),
    lately: z.array(requestView),
  }),
});

export const showRequest = route({
  method: 'GET',
  path: '/api/requests/:request',
  summary: 'One request, to those who asked it, may decide it, or audit.',
  auth: 'person',
  params: z.strictObject({ request: id }),
  answer: z.object({
    now: time,
    request: requestView,
    policyHash: z.string(),
    credential: credentialId,
    /** The ask as the browser signed it, so that the page can check what it draws and the hash it signs. */
    ask: signedText,
  }),
});

export const decide = route({
  method: 'POST',
  path: '/api/requests/:request/decide',
  summary: 'Approve or deny with a touch over the exact terms.',
  auth: 'person',
  roles: ['approver'],
  params: z.strictObject({ request: id }),
  body: z.strictObject({ touch, reason: newDetail.optional() }),
  answer: z.object({ request: requestView }),
  appends: ['request.decided'],
});

export const routes = { askRequest, withdraw, inbox, showRequest, decide };
