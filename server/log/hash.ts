import { hash } from 'node:crypto';
import type { Hasher } from '#shared/merkle/hash.ts';

/** SHA-256 by node:crypto, as a plain Uint8Array: a Buffer's `slice` is a view, and views of pooled memory surprise. */
export const sha256: Hasher = (data) => new Uint8Array(hash('sha256', data, 'buffer'));
