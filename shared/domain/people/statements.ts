import { z } from 'zod';
import {
  byPerson,
  commitment,
  common,
  credentialId,
  handle,
  hash,
  id,
  roles,
} from '#shared/domain/primitives.ts';

/** What is touched with a hardware key. */
export const statements = {
  'sign-in': z.strictObject({ type: z.literal('sign-in'), ...common }),
  /** Signed by the new key itself. `invitation` is the hash of the one-time code, or empty when adding a key. */
  enrolment: z.strictObject({
    type: z.literal('enrolment'),
    ...byPerson,
    handle,
    invitation: z.union([hash, z.literal('')]),
  }),
  /** Signed by a key enrolled already, for the new one (case 8). */
  'key-addition': z.strictObject({ type: z.literal('key-addition'), ...byPerson, added: credentialId }),
  'key-removal': z.strictObject({ type: z.literal('key-removal'), ...byPerson, removed: credentialId }),
  invitation: z.strictObject({
    type: z.literal('invitation'),
    ...byPerson,
    handle,
    roles,
    invitation: hash,
  }),
  'role-change': z.strictObject({ type: z.literal('role-change'), ...byPerson, person: id, roles }),
  disabling: z.strictObject({ type: z.literal('disabling'), ...byPerson, person: id, reason: commitment }),
  /** Ends all keys, browsers and grants of a person and lets them enrol anew by a one-time code (case 9). */
  reset: z.strictObject({ type: z.literal('reset'), ...byPerson, person: id, invitation: hash }),
} as const;
