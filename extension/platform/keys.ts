import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { type SignedText, signedBytes, type Prefix } from '#shared/domain/signing.ts';
import { canonical } from '#shared/log/canonical.ts';

/** The browser key and the server's lease key: Ed25519 by WebCrypto (RFC 8032). */

/** A new browser key; the private half cannot be taken out of this browser. */
export const makeKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);

/** The raw public key, 32 bytes, base64url. */
export const publicKeyOf = async (keys: CryptoKeyPair): Promise<string> =>
  toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)));

/** Signs prefix ‖ text; base64url of 64 bytes. */
export const signText = async (keys: CryptoKeyPair, kind: Prefix, text: string): Promise<string> =>
  toBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, signedBytes(kind, text))));

/** Signs bytes that carry a prefix of their own; 64 bytes. */
export const signBytes = async (keys: CryptoKeyPair, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, message));

/** Signs the canonical form of an object. */
export async function signObject(keys: CryptoKeyPair, kind: Prefix, value: object): Promise<SignedText> {
  const text = canonical(value);
  return { text, signature: await signText(keys, kind, text) };
}

/** Is this signature over prefix ‖ text by the raw public key (base64url)? False, too, for anything malformed. */
export async function verifyText(publicKey: string, kind: Prefix, signed: SignedText): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64url(publicKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify(
      'Ed25519',
      key,
      fromBase64url(signed.signature),
      signedBytes(kind, signed.text),
    );
  } catch {
    return false;
  }
}
