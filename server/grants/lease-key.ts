import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { type SignedText, signedBytes } from '#shared/domain/signing.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { Refusal } from '#shared/errors.ts';
import { canonical } from '#shared/log/canonical.ts';
import { findKeyFile, firstKeyFile, type PrivateKeyFile, settleKey } from '../log/index.ts';

declare module '../context.ts' {
  interface Services {
    leaseKey: LeaseKey;
  }
}

/**
 * The key behind short-lived words to browsers: leases and the console list. It is another than the log's, so that
 * what signs many times a minute cannot sign history. The log announces it, and it goes with the log key.
 */
export class LeaseKey {
  readonly #folder: string;
  #signer: PrivateKeyFile | undefined;
  /** Raw Ed25519 public key, base64url: the one that the log announces, once it does. */
  publicKey = '';

  /** `log` is what the log says of its keys, once it says anything. */
  constructor(dataFolder: string, log?: Rows['log']) {
    this.#folder = dataFolder;
    if (log) this.follow(log);
    else {
      this.#signer = firstKeyFile(dataFolder, 'lease.key');
      this.publicKey = toBase64url(this.#signer.publicKey);
    }
  }

  /** Signs with the key that the log announces from here on; the one before is destroyed. */
  follow({ leaseKey, before }: Rows['log']): void {
    this.publicKey = leaseKey;
    this.#signer = findKeyFile(this.#folder, 'lease.key', fromBase64url(leaseKey));
    if (this.#signer && before && before.leaseKey !== leaseKey)
      settleKey(this.#folder, 'lease.key', this.#signer, fromBase64url(before.leaseKey));
  }

  /** Why it cannot sign. Browsers believe no other key, so with a new one every console would stay shut. */
  get problem(): string | undefined {
    return this.#signer
      ? undefined
      : `The lease key that the log announces is not in ${this.#folder}. Restore lease.key from where it was kept; if it is lost for good, make new keys with countersign log rotate.`;
  }

  sign(kind: 'lease' | 'consoles', value: object): SignedText {
    if (!this.#signer) throw new Refusal('log_unwritable', { cause: new Error(this.problem) });
    const text = canonical(value);
    return { text, signature: toBase64url(this.#signer.sign(signedBytes(kind, text))) };
  }
}
