import { z } from 'zod';
import { b64u, b64uUpTo } from '#shared/log/form.ts';

export const id = b64u(16);

export const time = z.int().nonnegative();

export const hash = b64u(32);

/** SHA-256("countersign/detail/v1\n" ‖ salt ‖ detail): how free text and personal detail appear in signed things. */
export const commitment = b64u(32);

/** 1,023 bytes is the longest credential id that WebAuthn allows (case 7). */
export const credentialId = b64uUpTo(1364);

/** Ids of consoles, groups and eligibilities. They begin with a letter, so objects keep them in file order. */
export const idForm = /^[a-z][a-z0-9-]{0,62}$/;
export const consoleId = z.string().regex(idForm);

/** Small letters and digits, then also `. _ @ + -`; 63 at most. Never `nobody`, which is a word of policy. */
export const handleForm = /^(?!nobody$)[a-z0-9][a-z0-9._@+-]{0,62}$/;
export const handle = z.string().regex(handleForm);

/** XXXX-XXXX in Crockford's base32, which has no I, L, O and U. People compare it and never type it. */
export const shortCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);

export const level = z.enum(['view', 'change']);

export const mode = z.enum(['closed', 'read-only', 'watch']);

export const role = z.enum(['engineer', 'approver', 'auditor', 'administrator']);

export const roles = z.array(role).min(1).max(4);

/** Why there is a grant: an approver's touch, or the engineer's own where policy says that nobody decides. */
export const basis = z.enum(['approved', 'self-approved']);

export type Basis = z.infer<typeof basis>;

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

export const common = {
  log: z.string().min(1).max(200),
  /** 32 bytes that the server made for this one touch. */
  nonce: b64u(32),
  expires: time,
  head,
};

/** `actor` is a person's id; `credential` the key that is to sign. */
export const byPerson = { ...common, actor: id, credential: credentialId };

/** A statement as it was signed: its canonical text, and what the key made of it (WebAuthn L3, 5.8.1 and 6.1). */
export const touch = z.strictObject({
  statement: z.string().max(16_384),
  credential: credentialId,
  clientDataJSON: b64uUpTo(4096),
  authenticatorData: b64uUpTo(2048),
  signature: b64uUpTo(2048),
});

export type Touch = z.infer<typeof touch>;
