import { concat, fromBase64url, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/merkle/sha256.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short code that both screens show, each from its own computation, so that a link sent by somebody else cannot
 * pair another browser unseen: the first 40 bits of SHA-256("countersign/code/v1\n" ‖ public key ‖ ticket) in
 * Crockford's base32, as XXXX-XXXX.
 */
export function shortCode(publicKey: string, ticket: string): string {
  const digest = sha256(
    concat(utf8('countersign/code/v1\n'), fromBase64url(publicKey), fromBase64url(ticket)),
  );
  let bits = digest.subarray(0, 5).reduce<bigint>((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let at = 0; at < 8; at += 1) {
    text = CROCKFORD.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}
