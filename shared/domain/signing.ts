import { z } from 'zod';
import { concat, fromBase64url, toBase64url, utf8 } from '#shared/bytes.ts';
import { b64u } from '#shared/log/form.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

/**
 * What a browser's own key signs (Ed25519). Each kind has its own prefix, so that no signature made for one purpose
 * can be shown for another. The signed bytes are prefix ‖ canonical JSON.
 */
export const prefixes = {
  statement: 'countersign/statement/v1\n',
  detail: 'countersign/detail/v1\n',
  claim: 'countersign/claim/v1\n',
  proof: 'countersign/proof/v1\n',
  ask: 'countersign/ask/v1\n',
  withdrawal: 'countersign/withdrawal/v1\n',
  end: 'countersign/end/v1\n',
  batch: 'countersign/batch/v1\n',
  lease: 'countersign/lease/v1\n',
  consoles: 'countersign/consoles/v1\n',
  rotation: 'countersign/rotation/v1\n',
} as const;

/** Canonical text and signature (Ed25519, base64url) of one of the above. */
export const signedText = z.strictObject({ text: z.string().max(60_000), signature: b64u(64) });

export type SignedText = z.infer<typeof signedText>;

/** The console list with its signature: no entry, and as long as the longest policy makes it, about 40,000 bytes and 200 for each console. */
export const signedList = signedText.extend({ text: z.string().max(400_000) });

export type Prefix = keyof typeof prefixes;

/** The bytes that a signature of this kind covers. */
export const signedBytes = (kind: Prefix, text: string) => utf8(prefixes[kind] + text);

/** SHA-256 over the signed bytes, base64url: names a request, chains batches, and is the challenge of a touch. */
export const signedHash = (kind: Prefix, text: string): string =>
  toBase64url(sha256(signedBytes(kind, text)));

/** The WebAuthn challenge of a statement: SHA-256("countersign/statement/v1\n" ‖ text), base64url. */
export const challengeOf = (text: string): string => signedHash('statement', text);

/** SHA-256("countersign/detail/v1\n" ‖ salt ‖ detail), base64url; `salt` is 32 random bytes, base64url. */
export function commit(salt: string, detail: string): string {
  return toBase64url(sha256(concat(utf8(prefixes.detail), fromBase64url(salt), utf8(detail))));
}
