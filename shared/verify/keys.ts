import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { type Prefix, signedBytes } from '#shared/domain/signing.ts';
import type { Verify } from '#shared/log/note/note.ts';
import { rawEcdsa } from './ecdsa.ts';
import { type CborMap, readCborMap } from './cbor.ts';
import { CannotJudge, Contradiction } from '#shared/domain/judging.ts';

/** SignatureCheck one signature over these bytes; false where it does not hold. */
export type SignatureCheck = (
  data: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

type Algorithm = Parameters<typeof crypto.subtle.importKey>[2];

async function imported(format: 'jwk' | 'raw', key: JsonWebKey | BufferSource, algorithm: Algorithm) {
  try {
    return format === 'raw'
      ? await crypto.subtle.importKey('raw', key as BufferSource, algorithm, false, ['verify'])
      : await crypto.subtle.importKey('jwk', key as JsonWebKey, algorithm, false, ['verify']);
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError')
      throw new CannotJudge('this machine cannot check signatures of its kind of key');
    throw new Contradiction('its key is not one that a signature could be checked with');
  }
}

/** Ed25519 (RFC 8032) by WebCrypto, over a raw public key of 32 bytes. */
export async function ed25519(publicKey: Uint8Array): Promise<SignatureCheck> {
  const key = await imported('raw', new Uint8Array(publicKey), 'Ed25519');
  return (data, signature) => crypto.subtle.verify('Ed25519', key, signature, data);
}

/** The same, for `openNote` and `openCheckpoint`. */
export const verifyEd25519: Verify = async (publicKey, message, signature) =>
  (await ed25519(publicKey))(message, new Uint8Array(signature));

/** Curve and hash of the ECDSA algorithms, with the length of r and s in bytes (RFC 9053, 2.1; WebAuthn L3, 5.8.5). */
const ecdsa = new Map([
  [-7, { id: 1, namedCurve: 'P-256', hash: 'SHA-256', length: 32 }],
  [-35, { id: 2, namedCurve: 'P-384', hash: 'SHA-384', length: 48 }],
  [-36, { id: 3, namedCurve: 'P-521', hash: 'SHA-512', length: 66 }],
]);

const bytesIn = (map: CborMap, label: number): Uint8Array<ArrayBuffer> => {
  const value = map.get(label);
  if (!(value instanceof Uint8Array)) throw new SyntaxError('a key without one of its numbers');
  return value;
};

/** A COSE key as it was enrolled (RFC 9052, section 7): ES256, ES384, ES512, EdDSA with Ed25519, RS256. */
async function coseKey(publicKey: Uint8Array): Promise<SignatureCheck> {
  const map = readCborMap(publicKey);
  const [kty, alg, crv] = [map.get(1), map.get(3), map.get(-1)];
  const curve = typeof alg === 'number' ? ecdsa.get(alg) : undefined;
  if (kty === 2 && curve && crv === curve.id) {
    const { namedCurve, hash, length } = curve;
    const [x, y] = [toBase64url(bytesIn(map, -2)), toBase64url(bytesIn(map, -3))];
    const key = await imported('jwk', { kty: 'EC', crv: namedCurve, x, y }, { name: 'ECDSA', namedCurve });
    return (data, signature) =>
      crypto.subtle.verify({ name: 'ECDSA', hash }, key, rawEcdsa(signature, length), data);
  }
  if (kty === 1 && alg === -8 && crv === 6) return ed25519(bytesIn(map, -2));
  if (kty === 3 && alg === -257) {
    const [n, e] = [toBase64url(bytesIn(map, -1)), toBase64url(bytesIn(map, -2))];
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const key = await imported('jwk', { kty: 'RSA', n, e }, rsa);
    return (data, signature) => crypto.subtle.verify(rsa, key, signature, data);
  }
  throw new CannotJudge('this version does not know its kind of key');
}

/** Keys by their spelling, each imported once. */
export class Keys {
  readonly #known = new Map<string, Promise<SignatureCheck>>();

  #get(id: string, make: () => Promise<SignatureCheck>): Promise<SignatureCheck> {
    let found = this.#known.get(id);
    if (!found) this.#known.set(id, (found = make()));
    return found;
  }

  /** Whether a hardware key with this COSE key (base64url) signed. */
  async touched(publicKey: string, data: Uint8Array<ArrayBuffer>, signature: string): Promise<boolean> {
    const check = await this.#get(`cose ${publicKey}`, () => coseKey(fromBase64url(publicKey)));
    return check(data, fromBase64url(signature));
  }

  /** Whether a browser with this Ed25519 key (base64url) signed this text for this purpose. */
  async signed(publicKey: string, kind: Prefix, text: string, signature: string): Promise<boolean> {
    const check = await this.#get(`ed25519 ${publicKey}`, () => ed25519(fromBase64url(publicKey)));
    return check(signedBytes(kind, text), fromBase64url(signature));
  }
}
