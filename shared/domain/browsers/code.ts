import { concat, fromBase64url, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

/** Crockford's base32: no I, L, O or U, so that nothing read aloud is mistaken. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short code of a pairing, as XXXX-XXXX: the first 40 bits of SHA-256("countersign/code/v1\n" ‖ public key ‖ ticket).
 * Extension and page each compute it from what they hold, and a person compares. Both arguments are base64url of
 * 32 bytes; throws TypeError when they are not base64url.
 */
export function pairingCode(publicKey: string, ticket: string): string {
  const digest = sha256(
    concat(utf8('countersign/code/v1\n'), fromBase64url(publicKey), fromBase64url(ticket)),
  );
  let bits = 0n;
  for (const byte of digest.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let at = 35n; at >= 0n; at -= 5n) code += alphabet.charAt(Number((bits >> at) & 31n));
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
