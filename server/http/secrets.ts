import { createHash, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '#shared/bytes.ts';

export const tokenHash = (token: string): Uint8Array => createHash('sha256').update(token).digest();

/** How a sign-in is named to its person: no secret, and not what the cookie holds. */
export const signInId = (hash: Uint8Array): string => toBase64url(hash.subarray(0, 16));

/** Compares two secrets in constant time. */
export function sameSecret(a: string, b: string): boolean {
  const [x, y] = [tokenHash(a), tokenHash(b)];
  return timingSafeEqual(x, y);
}
