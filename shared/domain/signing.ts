import canonicalize from 'canonicalize';
import { concat, fromBase64url, toBase64url, utf8 } from '#shared/bytes.ts';
import { readForm } from '#shared/log/form.ts';
import { prefixes } from '#shared/entries/signed.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { statement, type Statement } from './statements.ts';

/** Canonical JSON (RFC 8785). */
export function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no canonical JSON');
  return text;
}

/**
 * Parses JSON that must be its own canonical form: canonical(parse(text)) = text. So there is one spelling of every
 * signed object, and duplicate keys, odd numbers and escapes cannot hide a second meaning. Throws on anything else.
 */
export function parseCanonical(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || canonical(value) !== text)
    throw new SyntaxError('not canonical JSON');
  return value;
}

export type Prefix = keyof typeof prefixes;

/** The bytes that a signature of this kind covers. */
export const signedBytes = (kind: Prefix, text: string) => utf8(prefixes[kind] + text);

/** SHA-256 over the signed bytes, base64url: names a request, chains batches, and is the challenge of a touch. */
export const signedHash = (kind: Prefix, text: string): string =>
  toBase64url(sha256(signedBytes(kind, text)));

/** The WebAuthn challenge of a statement (design, section 2). */
export const challengeOf = (text: string): string => signedHash('statement', text);

/** SHA-256("countersign/detail/v1\n" ‖ salt ‖ detail), base64url; `salt` is 32 random bytes, base64url. */
export function commit(salt: string, detail: string): string {
  return toBase64url(sha256(concat(utf8(prefixes.detail), fromBase64url(salt), utf8(detail))));
}

/** Reads the text of a statement strictly. Throws SyntaxError or FormError on anything that is not exactly one. */
export const readStatement = (text: string): Statement => readForm(statement, parseCanonical(text));
