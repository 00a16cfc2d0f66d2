import { newId, toBase64url, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { canonical } from '#shared/log/canonical.ts';
import { signText } from './keys.ts';

/**
 * The proof that a call comes from this browser: its key signs method, path with query, the hash of the body's bytes,
 * the server's nonce and a number used once. Returns the header `<nonce>.<jti>.<signature>`.
 */
export async function makeProof(
  { keys, browser }: { keys: CryptoKeyPair; browser: string },
  call: { method: 'GET' | 'POST'; path: string; body: string | undefined },
  nonce: string,
): Promise<string> {
  const jti = newId();
  const text = canonical({
    body: toBase64url(sha256(utf8(call.body ?? ''))),
    browser,
    jti,
    method: call.method,
    nonce,
    path: call.path,
  });
  return `${nonce}.${jti}.${await signText(keys, 'proof', text)}`;
}
