import { createPublicKey, verify } from 'node:crypto';
import { toBase64url } from '#shared/bytes.ts';
import { type NoteKey, formatVkey, noteKey } from '#shared/log/note/keys.ts';
import type { Sign, Verify } from '#shared/log/note/note.ts';
import type { Custody, Signer } from './key-store.ts';

/** Ed25519 by node:crypto, for `openNote` and `openCheckpoint`. */
export const verifyEd25519: Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }, format: 'jwk' }),
    signature,
  );

/** The key that signs checkpoints. */
export interface LogKey {
  /** Name (the log's origin), id and public key. */
  readonly key: NoteKey;
  /** The verifier key as text: what people pin. */
  readonly vkey: string;
  readonly signer: Signer;
  readonly held: Custody;
  sign: Sign;
}

export function logKey(origin: string, signer: Signer): LogKey {
  const key = noteKey(origin, signer.publicKey);
  return {
    key,
    vkey: formatVkey(key),
    signer,
    held: signer.held,
    sign: (message) => signer.sign(message),
  };
}
