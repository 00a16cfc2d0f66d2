import { createHash, timingSafeEqual } from 'node:crypto';

export const tokenHash = (token: string): Uint8Array => createHash('sha256').update(token).digest();

/** Compares two secrets in constant time. */
export function sameSecret(a: string, b: string): boolean {
  const [x, y] = [tokenHash(a), tokenHash(b)];
  return timingSafeEqual(x, y);
}
