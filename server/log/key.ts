import { createPublicKey, verify } from 'node:crypto';
import { toBase64url } from '#shared/bytes.ts';
import { type NoteKey, formatVkey, noteKey } from '#shared/log/note/keys.ts';
import type { Sign, Verify } from '#shared/log/note/note.ts';

/** Ed25519 by node:crypto, for `openNote` and `openCheckpoint`. */
export const verifyEd25519: Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }, format: 'jwk' }),
    signature,
  );

/** Where a private key is held. */
export type KeyHolder = 'file' | 'environment' | 'command';

/** A private key that can be used, wherever it is held. */
export interface PrivateKey {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly held: KeyHolder;
  /** Set where it is held in a file. */
  readonly path?: string;
  /** Rejects with KeyTrouble where the key cannot be reached now. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The key that signs checkpoints. */
export interface LogKey {
  /** Name (the log's origin), id and public key. */
  readonly key: NoteKey;
  /** The verifier key as text: what people pin. */
  readonly vkey: string;
  readonly signer: PrivateKey;
  readonly held: KeyHolder;
  sign: Sign;
}

export function logKey(origin: string, signer: PrivateKey): LogKey {
  const key = noteKey(origin, signer.publicKey);
  return {
    key,
    vkey: formatVkey(key),
    signer,
    held: signer.held,
    sign: (message) => signer.sign(message),
  };
}
