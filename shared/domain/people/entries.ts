import { z } from 'zod';
import {
  commitment,
  credentialId,
  handle,
  hash,
  id,
  role,
  roles,
  time,
  touch,
  type Touch,
} from '#shared/domain/primitives.ts';
import { b64uUpTo } from '#shared/log/form.ts';

/** A hardware key as it was enrolled. `publicKey` is the COSE key; `attestation` what the verdict says of it. */
export const enrolledKey = z.strictObject({
  id: credentialId,
  publicKey: b64uUpTo(2048),
  aaguid: z.string().max(36),
  transports: z.array(z.string().max(20)).max(8),
  kind: z.enum(['attested', 'unattested', 'synced']),
  label: z.string().min(1).max(80),
});

export const registration = z.strictObject({
  attestationObject: b64uUpTo(16_384),
  clientDataJSON: b64uUpTo(4096),
});

/** A person as policy saw them at the moment of a decision. */
export const personFacts = z.strictObject({ id, handle, roles: z.array(role) });

export type PersonFacts = z.infer<typeof personFacts>;

/** What is behind a change of people: an administrator's touch, or the command on the server's own host. */
export const authority = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('touch'), by: id, touch }),
  z.strictObject({ kind: z.literal('host') }),
]);
export type Authority = z.infer<typeof authority>;

export const byTouch = (by: string, touch: Touch): Authority => ({ kind: 'touch', by, touch });

/** Whose touch it is; undefined where it is nobody's. */
export const byOf = (of: Authority): string | undefined => (of.kind === 'touch' ? of.by : undefined);

/** The entries of this family, by type and version. */
export const schemas = {
  'person.invited/1': z.strictObject({
    person: id,
    handle,
    roles,
    invitation: hash,
    expires: time,
    authority,
  }),
  /** By an invitation (`invitation` set), or beside a key enrolled already (`addition` is that key's touch). */
  'key.enrolled/1': z.strictObject({
    person: id,
    key: enrolledKey,
    registration,
    touch,
    invitation: hash.optional(),
    addition: touch.optional(),
  }),
  'key.removed/1': z.strictObject({ person: id, key: credentialId, touch }),
  'person.roles-changed/1': z.strictObject({ person: id, roles, authority }),
  'person.disabled/1': z.strictObject({ person: id, reason: commitment, authority }),
  /** By an administrator, or by the command on the server's own host, which every later verdict names. */
  'person.reset/1': z.strictObject({
    person: id,
    invitation: hash,
    expires: time,
    authority,
  }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface PeopleRows {
  person: {
    id: string;
    handle: string;
    roles: z.infer<typeof roles>;
    status: 'invited' | 'active' | 'disabled';
    since: number;
    /** Set when their keys were reset by the command on the server's host. */
    resetByHost?: number;
  };
  /** Id: the hash of the one-time code. */
  invitation: { person: string; expires: number; used: boolean };
  key: z.infer<typeof enrolledKey> & { person: string; added: number; removed?: number; entry: number };
}
