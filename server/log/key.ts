import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fromBase64url, toBase64url, utf8 } from '#shared/bytes.ts';
import { type NoteKey, formatVkey, noteKey } from '#shared/note/keys.ts';
import type { Verify } from '#shared/note/note.ts';
import { createDurably } from './files.ts';

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
  sign(message: Uint8Array): Uint8Array;
}

function logKey(origin: string, privateKey: KeyObject): LogKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (privateKey.asymmetricKeyType !== 'ed25519' || x === undefined)
    throw new Error('the log key is not an Ed25519 key');
  const key = noteKey(origin, fromBase64url(x));
  return { key, vkey: formatVkey(key), sign: (message) => new Uint8Array(sign(null, message, privateKey)) };
}

/**
 * Reads the log key (PKCS8, PEM) from its file. It is made only when `mayCreate`, that is, for a log that has signed
 * nothing yet; a log that lost its key must not carry on with another.
 */
export function loadLogKey(path: string, origin: string, mayCreate: boolean): LogKey {
  if (!existsSync(path)) {
    if (!mayCreate)
      throw new Error(
        `The log key ${path} is missing. Restore it from the backup that this log's data came with.`,
      );
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    createDurably(path, utf8(pem.toString()), 0o600);
  }
  return logKey(origin, createPrivateKey(readFileSync(path)));
}
