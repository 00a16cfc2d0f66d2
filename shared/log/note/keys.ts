import { concat, equal, fromBase64, toBase64, toHex, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

/** A note, key or checkpoint from outside that is not what the format says. The sentence says which part. */
export class NoteError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'NoteError';
  }
}

/** A verifier key, "vkey" (C2SP signed-note, "Verifier keys"). Ed25519, the one type that we trust. */
export interface NoteKey {
  readonly name: string;
  /** Big-endian uint32. With the name it says which key signed; it is no fingerprint. */
  readonly id: number;
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

/** Signature type identifier of Ed25519 (C2SP signed-note, "Signature types"). */
const ED25519 = 0x01;

/** Not empty, no Unicode spaces, no plus, no control characters. */
export const isKeyName = (name: string): boolean => name.isWellFormed() && /^[^\s+\p{Cc}\p{Z}]+$/u.test(name);

/** Standard base64 with padding, in its one spelling. Throws NoteError on any other. */
export function strictBase64(text: string, what: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new NoteError(`${what} is not base64`);
  }
}

/** SHA-256(name ‖ 0x0A ‖ 0x01 ‖ 32-byte public key)[:4] as a big-endian number (C2SP signed-note, "Ed25519 signatures"). */
function keyId(name: string, publicKey: Uint8Array): number {
  const digest = sha256(concat(utf8(name), Uint8Array.of(0x0a, ED25519), publicKey));
  return new DataView(digest.buffer).getUint32(0);
}

export function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new NoteError('a key name has no spaces and no plus, and is not empty');
  if (publicKey.length !== 32) throw new NoteError('an Ed25519 public key is 32 bytes');
  return { name, id: keyId(name, publicKey), publicKey };
}

const hexId = (id: number): string => id.toString(16).padStart(8, '0');

/** `<name>+<hex id>+<base64 of type and public key>` */
export const formatVkey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${hexId(id)}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`;

/** SHA-256 of the public key, its first 16 bytes as hex in fours: short enough for people to compare. Throws NoteError. */
export const fingerprint = (vkey: string): string =>
  (
    toHex(sha256(parseVkey(vkey).publicKey))
      .slice(0, 32)
      .match(/.{4}/g) ?? []
  ).join(' ');

/** Reads a vkey. Throws NoteError on anything but an Ed25519 key with the id that belongs to it. */
export function parseVkey(vkey: string): NoteKey {
  // Base64 may hold a plus, a name and an id may not.
  const [name, id, ...rest] = vkey.split('+');
  if (name === undefined || id === undefined || rest.length === 0)
    throw new NoteError('a verifier key is name+id+key');
  const material = strictBase64(rest.join('+'), 'the key');
  if (!equal(material.subarray(0, 1), Uint8Array.of(ED25519)))
    throw new NoteError('the key is not of type Ed25519');
  const key = noteKey(name, material.slice(1));
  if (hexId(key.id) !== id) throw new NoteError('the id does not belong to this name and key');
  return key;
}
