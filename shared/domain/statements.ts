import { z } from 'zod';
import { base64url } from '#shared/bytes.ts';

/**
 * What a touch means, in full (design, section 2). The page draws one of these objects, hashes the very same object
 * into the WebAuthn challenge, and the server and every later verifier compare it with what the log says.
 * Only strings, safe integers, booleans, arrays and objects, so that the canonical form (RFC 8785) is unambiguous.
 */

/** base64url without padding of exactly `bytes` bytes. */
export const b64u = (bytes: number) =>
  z
    .string()
    .regex(base64url)
    .length(Math.ceil((bytes * 4) / 3));
/** base64url without padding of at least one byte, at most `max` characters. */
export const b64uUpTo = (max: number) => z.string().regex(base64url).min(1).max(max);

export const id = b64u(16);
export const time = z.int().nonnegative();
export const hash = b64u(32);
/** SHA-256("countersign/detail/v1\n" ‖ salt ‖ detail): how free text and personal detail appear in signed things. */
export const commitment = b64u(32);
/** 1,023 bytes is the longest credential id that WebAuthn allows (case 7). */
export const credentialId = b64uUpTo(1364);
export const consoleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export const handle = z.string().regex(/^[a-z0-9][a-z0-9._@+-]{0,62}$/);
/** XXXX-XXXX in Crockford's base32, which has no I, L, O and U. People compare it and never type it. */
export const shortCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
export const level = z.enum(['view', 'change']);
export const mode = z.enum(['closed', 'read-only', 'watch']);
export const role = z.enum(['engineer', 'approver', 'auditor', 'administrator']);
export const roles = z.array(role).min(1).max(4);

export type Level = z.infer<typeof level>;
export type Mode = z.infer<typeof mode>;
export type Role = z.infer<typeof role>;

/** Who may do what, until when. `until` is absolute, so that a late touch never lengthens anything. */
export const terms = z.strictObject({ console: consoleId, level, until: time });
export type Terms = z.infer<typeof terms>;

/** The first line of checkpoints: host, slash, number. A recovery counts up. */
export const logOrigin = z
  .string()
  .regex(/^\S+\/[1-9]\d{0,5}$/)
  .max(200);
/** A verifier key of a log, `name+id+key` (C2SP signed-note). */
export const vkey = z.string().max(300);
/** Indexes of the entries whose details are erased, ascending. */
export const erasedEntries = z.array(z.int().nonnegative()).min(1).max(1000);

/** The log head that the signer's page had seen, so that each touch also pins history. */
export const head = z.strictObject({ size: z.int().nonnegative(), root: hash });

const common = {
  log: z.string().min(1).max(200),
  /** 32 bytes that the server made for this one touch. */
  nonce: b64u(32),
  expires: time,
  head,
};
/** `actor` is a person's id; `credential` the key that is to sign. */
const byPerson = { ...common, actor: id, credential: credentialId };

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
  /** "This browser's key is mine." `code` is what both screens showed. */
  pairing: z.strictObject({
    type: z.literal('pairing'),
    ...byPerson,
    browserKey: b64u(32),
    code: shortCode,
    label: z.string().min(1).max(80),
  }),
  /** "This browser is free of this server": what the server shut there opens, and it may pair with another. */
  release: z.strictObject({
    type: z.literal('release'),
    ...byPerson,
    browser: id,
    browserKey: b64u(32),
  }),
  /** "Approve (or deny) THIS request, on these terms." `reason` is empty when approving. */
  decision: z.strictObject({
    type: z.literal('decision'),
    ...byPerson,
    request: id,
    requestHash: hash,
    requester: id,
    policy: hash,
    decision: z.enum(['approve', 'deny']),
    terms,
    reason: z.union([commitment, z.literal('')]),
  }),
  /**
   * "Start THIS grant in THIS browser." With `undecided` policy named nobody to decide, and this touch is the only
   * one; `extends` names the grant that gets more time by it, else it is empty.
   */
  activation: z.strictObject({
    type: z.literal('activation'),
    ...byPerson,
    request: id,
    requestHash: hash,
    browserKey: b64u(32),
    policy: hash,
    terms,
    undecided: z.boolean(),
    extends: z.union([id, z.literal('')]),
  }),
  /**
   * "The log goes on from `restored` under a new origin and key, and what was signed after it up to `lost` is given up."
   * Two administrators touch the same words.
   */
  recovery: z.strictObject({
    type: z.literal('recovery'),
    ...byPerson,
    origin: logOrigin,
    lost: head,
    restored: head,
    logKey: vkey,
    leaseKey: b64u(32),
  }),
  /** "Erase the details of these entries." Signed by whoever proposes the act and by whoever confirms it. */
  erasure: z.strictObject({
    type: z.literal('erasure'),
    ...byPerson,
    act: id,
    entries: erasedEntries,
    reason: commitment,
  }),
  /** "From here on this key signs the log." Signed likewise by two. */
  rotation: z.strictObject({
    type: z.literal('rotation'),
    ...byPerson,
    act: id,
    logKey: vkey,
    leaseKey: b64u(32),
  }),
} as const;

export const statement = z.discriminatedUnion('type', [
  statements['sign-in'],
  statements.enrolment,
  statements['key-addition'],
  statements['key-removal'],
  statements.invitation,
  statements['role-change'],
  statements.disabling,
  statements.reset,
  statements.pairing,
  statements.release,
  statements.decision,
  statements.activation,
  statements.recovery,
  statements.erasure,
  statements.rotation,
]);
export type Statement = z.infer<typeof statement>;
export type StatementType = Statement['type'];
export type StatementOf<T extends StatementType> = Extract<Statement, { type: T }>;

/** A statement as it was signed: its canonical text, and what the key made of it (WebAuthn L3, 5.8.1 and 6.1). */
export const touch = z.strictObject({
  statement: z.string().max(16_384),
  credential: credentialId,
  clientDataJSON: b64uUpTo(4096),
  authenticatorData: b64uUpTo(2048),
  signature: b64uUpTo(2048),
});
export type Touch = z.infer<typeof touch>;
