/** Bytes and their spellings. base64url is without padding everywhere (RFC 4648, section 5). */

const encoder = new TextEncoder();
// A byte order mark is a character like any other: two spellings of one text would be two hashes of it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** Throws TypeError on bytes that are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

const decoded = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** What an encoder makes and nothing else: whole groups, padding, no bit set that belongs to no byte (RFC 4648, 3.5). */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?$/;
/** The same of base64url without padding. */
export const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]|[A-Za-z0-9_-][AQgw])?$/;

/** Reads standard base64. Throws TypeError on any spelling that no encoder makes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!base64.test(text)) throw new TypeError('not base64');
  return decoded(text);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Written out, because ids and hashes are short and made all the time: btoa and its replacing cost five times as much. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | (b << 8) | c;
    const characters = Math.min(4, bytes.length - at + 1);
    for (let i = 0; i < characters; i += 1) text += alphabet.charAt((bits >> (18 - 6 * i)) & 63);
  }
  return text;
}

/** Reads base64url. Throws TypeError on any spelling that no encoder makes. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!base64url.test(text)) throw new TypeError('not base64url');
  return decoded(text.replaceAll('-', '+').replaceAll('_', '/'));
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Random bytes drawn ahead: a draw costs the same for 16 bytes as for thousands. */
const drawn = new Uint8Array(4096);
let used = drawn.length;

export function random(length: number): Uint8Array<ArrayBuffer> {
  if (length > drawn.length) return crypto.getRandomValues(new Uint8Array(length));
  if (used + length > drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  const bytes = drawn.slice(used, used + length);
  drawn.fill(0, used, used + length);
  used += length;
  return bytes;
}

/** A new id: 16 random bytes, base64url. */
export const newId = (): string => toBase64url(random(16));
