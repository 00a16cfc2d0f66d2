import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '#shared/bytes.ts';
import type { SignedText } from '#shared/entries/signed.ts';
import { canonical, signedBytes } from '#shared/statement/signing.ts';
import { createDurably } from '../log/files.ts';

/**
 * The key behind short-lived words to browsers: leases and the console list. It is another than the log's, so that
 * what signs many times a minute cannot sign history; entry 0 announces it.
 */
export class LeaseKey {
  readonly #private: ReturnType<typeof createPrivateKey>;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;

  /** `announced` is the public key in entry 0, once there is one. Throws when the file holds another or none. */
  constructor(dataFolder: string, announced?: string) {
    const file = join(dataFolder, 'lease.key');
    if (!existsSync(file)) {
      // Browsers pinned the one before: with a new one every console would stay shut, and nobody could say why.
      if (announced !== undefined)
        throw new Error(
          `The lease key ${file} is missing. Restore it from where this data folder came from.`,
        );
      const { privateKey } = generateKeyPairSync('ed25519');
      // Durably: entry 0 is about to announce it, and a log whose lease key is lost opens no console any more.
      createDurably(file, utf8(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()), 0o600);
    }
    this.#private = createPrivateKey(readFileSync(file));
    this.publicKey = createPublicKey(this.#private).export({ format: 'jwk' }).x ?? '';
    if (announced !== undefined && announced !== this.publicKey)
      throw new Error(
        `The lease key ${file} is not the one that entry 0 of the log announces. Restore that one; browsers believe no other.`,
      );
  }

  sign(kind: 'lease' | 'consoles', value: object): SignedText {
    const text = canonical(value);
    return { text, signature: sign(null, signedBytes(kind, text), this.#private).toString('base64url') };
  }
}
