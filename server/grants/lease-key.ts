import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignedText } from '#shared/entries/signed.ts';
import { canonical, signedBytes } from '#shared/statement/signing.ts';

/**
 * The key behind short-lived words to browsers: leases and the console list. It is another than the log's, so that
 * what signs many times a minute cannot sign history; entry 0 announces it.
 */
export class LeaseKey {
  readonly #private: ReturnType<typeof createPrivateKey>;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;

  constructor(dataFolder: string) {
    const file = join(dataFolder, 'lease.key');
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
      chmodSync(file, 0o600);
    }
    this.#private = createPrivateKey(readFileSync(file));
    this.publicKey = createPublicKey(this.#private).export({ format: 'jwk' }).x ?? '';
  }

  sign(kind: 'lease' | 'consoles', value: object): SignedText {
    const text = canonical(value);
    return { text, signature: sign(null, signedBytes(kind, text), this.#private).toString('base64url') };
  }
}
