import { fromBase64url, random, toBase64url } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

/** A one-time code for a link, made here so that the server only learns its hash before it is used. */
export function oneTimeCode(): { code: string; invitation: string } {
  const code = random(32);
  return { code: toBase64url(code), invitation: toBase64url(sha256(code)) };
}

/** SHA-256 of a code from a link. Throws TypeError when the link was cut. */
export const hashOfCode = (code: string): string => toBase64url(sha256(fromBase64url(code)));

/** The link that somebody enrols by. */
export const enrolmentLink = (code: string): string => `${location.origin}/enrol#${code}`;
