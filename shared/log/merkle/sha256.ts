import { sha256 as noble } from '@noble/hashes/sha2.js';

/**
 * SHA-256, synchronous, for where WebCrypto's promise does not fit: the tree's core runs the same in the browser and on
 * the server. The server passes node:crypto's faster one to the functions that take a `Hasher`.
 */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = noble.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
