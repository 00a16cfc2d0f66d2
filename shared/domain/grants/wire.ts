import { z } from 'zod';
import { grantView } from './views.ts';
import { id, time } from '#shared/domain/primitives.ts';
import { signedText } from '#shared/domain/signing.ts';
import { b64u } from '#shared/log/form.ts';
import { newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';

/** Heartbeat: a lease for each running grant of this browser that still stands. Those missing have ended. */
export const renewLeases = route({
  method: 'POST',
  path: '/api/browser/leases',
  summary:
    'Renew leases; also the heartbeat. `shut` names ended grants whose consoles this browser has shut.',
  auth: 'browser',
  body: z.strictObject({
    nonce: b64u(16),
    shut: z.array(id).max(50),
    /** Ids of consoles whose rules the browser refused: they stay shut there, by leaving their pages. */
    ungated: z.array(z.string().max(63)).max(50).optional(),
  }),
  answer: z.object({
    now: time,
    leases: z.array(signedText),
    consoles: z.int(),
    /** The newest signed checkpoint. */
    checkpoint: z.string(),
  }),
});

export const endGrant = route({
  method: 'POST',
  path: '/api/browser/grants/:grant/end',
  summary: 'Hand a grant back; `end` commits the number of the last batch.',
  auth: 'browser',
  params: z.strictObject({ grant: id }),
  body: z.strictObject({ end: signedText }),
  answer: z.object({ grant: grantView }),
  appends: ['grant.ended', 'request.expired'],
});

export const revoke = route({
  method: 'POST',
  path: '/api/grants/:grant/revoke',
  summary: 'End a grant at once, with a reason.',
  auth: 'person',
  roles: ['approver', 'administrator'],
  params: z.strictObject({ grant: id }),
  body: z.strictObject({ reason: newDetail }),
  answer: z.object({ grant: grantView }),
  appends: ['grant.ended', 'request.expired'],
});

export const routes = { renewLeases, endGrant, revoke };
