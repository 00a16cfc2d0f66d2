import { equal, fromBase64, toBase64 } from '#shared/bytes.ts';
import { ProofError, emptyRoot } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyConsistency } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import { verifyEd25519 } from '#shared/verify/keys.ts';
import type { HeldCheckpoint } from '../../platform/db.ts';

/** What a checkpoint that a server shows is, to a browser that holds one. */
export type Judgement =
  | { readonly is: 'newer'; readonly held: HeldCheckpoint }
  | { readonly is: 'same' }
  /** Older or smaller: of no use, and no proof of anything. */
  | { readonly is: 'stale' }
  /** Not signed by the key that is pinned, or no checkpoint at all: not believed, and no proof either. */
  | { readonly is: 'foreign'; readonly why: string }
  /** Signed by the pinned key, and not shown to extend what was held. */
  | { readonly is: 'fork'; readonly shown: string };

/** Judges a checkpoint by what this browser holds. `consistency` in base64, from the held size. */
export async function judgeCheckpoint(
  note: string,
  consistency: readonly string[],
  { logKey, held }: { logKey: string; held: HeldCheckpoint | undefined },
): Promise<Judgement> {
  let checkpoint;
  try {
    checkpoint = await openCheckpoint(note, parseVkey(logKey), verifyEd25519);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { is: 'foreign', why: error.message };
  }
  const { size, root } = checkpoint;
  const before = held?.logKey === logKey ? held : undefined;
  if (before && size < before.size) return { is: 'stale' };
  if (before?.size === size)
    return equal(fromBase64(before.root), root) ? { is: 'same' } : { is: 'fork', shown: note };
  try {
    verifyConsistency(sha256, {
      from: before?.size ?? 0,
      to: size,
      oldRoot: before ? fromBase64(before.root) : emptyRoot(sha256),
      newRoot: root,
      proof: consistency.map(fromBase64),
    });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { is: 'fork', shown: note };
  }
  return { is: 'newer', held: { logKey, size, root: toBase64(root), note } };
}
