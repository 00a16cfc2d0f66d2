import { z } from 'zod';
import { random, toBase64url } from '#shared/bytes.ts';
import { hash } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** Free text or personal detail with the salt of its commitment, so that the reader can check the text it draws. */
export const detailView = z.object({ salt: b64u(32), text: z.string(), commitment: hash });

export type DetailView = z.infer<typeof detailView>;

/** A detail as its writer sends it. */
export const newDetail = z.strictObject({ salt: b64u(32), text: z.string().min(1).max(12_000) });

export type NewDetail = z.infer<typeof newDetail>;

/** A text with a fresh salt. */
export const withSalt = (text: string): NewDetail => ({ salt: toBase64url(random(32)), text });
