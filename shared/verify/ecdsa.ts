import { concat } from '#shared/bytes.ts';

/** Reads one DER integer that fits `length` bytes, in the one spelling DER allows. */
function integer(der: Uint8Array, at: number, length: number): { value: Uint8Array; next: number } {
  const [tag, size = 0] = der.subarray(at, at + 2);
  const bytes = der.subarray(at + 2, at + 2 + size);
  const [first = 0, second = 0] = bytes;
  const padded = first === 0 && size > 1;
  if (tag !== 2 || size === 0 || bytes.length !== size || first > 0x7f || (padded && second < 0x80))
    throw new SyntaxError('not a DER integer');
  const digits = padded ? bytes.subarray(1) : bytes;
  if (digits.length > length) throw new SyntaxError('an integer too long for this curve');
  const value = new Uint8Array(length);
  value.set(digits, length - digits.length);
  return { value, next: at + 2 + size };
}

/**
 * An ECDSA signature as WebAuthn carries it (DER, WebAuthn L3 6.5.5) as WebCrypto takes it: r ‖ s, each of `length`
 * bytes. Throws SyntaxError on anything but the one DER spelling: where one reader is laxer than another, somebody
 * could make a touch that the server takes and a later verifier does not.
 */
export function rawEcdsa(der: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const long = der[1] === 0x81;
  const size = long ? der[2] : der[1];
  const start = long ? 3 : 2;
  if (der[0] !== 0x30 || size === undefined || size !== der.length - start || long !== size > 0x7f)
    throw new SyntaxError('not a DER sequence');
  const r = integer(der, start, length);
  const s = integer(der, r.next, length);
  if (s.next !== der.length) throw new SyntaxError('bytes after the signature');
  return concat(r.value, s.value);
}
