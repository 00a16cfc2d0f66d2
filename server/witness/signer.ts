import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url, utf8 } from '#shared/bytes.ts';
import { cosign, cosignerKey, formatCosignerVkey } from '#shared/log/note/cosignature.ts';
import type { NoteKey } from '#shared/log/note/keys.ts';
import { createDurably } from '../durable-files.ts';

/** The key by which this server cosigns other logs: a file of its own, for whoever signs a log must not witness it. */
export class WitnessSigner {
  readonly key: NoteKey;
  readonly #private: KeyObject;

  /** Reads `witness.key` (PKCS8, PEM), or makes it with mode 0600. */
  constructor(folder: string, name: string) {
    const path = join(folder, 'witness.key');
    if (!existsSync(path)) {
      const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
      createDurably(path, utf8(pem.toString()), 0o600);
    }
    this.#private = createPrivateKey(readFileSync(path));
    const { x } = createPublicKey(this.#private).export({ format: 'jwk' });
    if (x === undefined) throw new Error(`${path} is not an Ed25519 key. Move it away to get a new one.`);
    this.key = cosignerKey(name, fromBase64url(x));
  }

  get vkey(): string {
    return formatCosignerVkey(this.key);
  }

  /** The signature line over the text of a checkpoint. `seconds` since 1970. */
  cosign(text: string, seconds: number): Promise<string> {
    return cosign(text, this.key, (message) => sign(null, message, this.#private), seconds);
  }
}
