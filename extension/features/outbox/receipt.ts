import { equal, fromBase64, toBase64 } from '#shared/bytes.ts';
import { decodeEntry } from '#shared/domain/entries.ts';
import { emptyRoot, leafHash, ProofError } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import type { Verify } from '#shared/log/note/note.ts';
import type { recordActions } from '#shared/domain/actions/wire.ts';
import type { HeldCheckpoint } from '../../platform/db.ts';
import type { AnswerOf } from '#shared/wire/route.ts';

export type BatchReceipt = AnswerOf<typeof recordActions>;

/** The server answered, and its answer does not prove that the batch is in the log that this browser knows. */
export class ReceiptError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'ReceiptError';
  }
}

/** What was sent, and by whom. */
export interface Sent {
  browser: string;
  number: number;
  text: string;
  signature: string;
}

const verify: Verify = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature.slice(), message);
};

/**
 * Checks that exactly these bytes are in the log of the pinned key, and that this log extends the one last seen:
 * the checkpoint's signature, what the entry holds, its inclusion, and consistency with `held`.
 * Returns the newer checkpoint. Throws ReceiptError.
 */
export async function checkReceipt(
  receipt: BatchReceipt,
  sent: Sent,
  { logKey, held }: { logKey: string; held: HeldCheckpoint | undefined },
): Promise<HeldCheckpoint> {
  try {
    const checkpoint = await openCheckpoint(receipt.checkpoint, parseVkey(logKey), verify);
    const bytes = fromBase64(receipt.entry);
    const entry = decodeEntry(bytes);
    if (
      entry.type !== 'actions.recorded' ||
      receipt.number !== sent.number ||
      entry.body.number !== sent.number ||
      entry.body.browser !== sent.browser ||
      entry.body.batch.text !== sent.text ||
      entry.body.batch.signature !== sent.signature
    )
      throw new ReceiptError('The server returned an entry that is not the batch that was sent.');
    const { size, root } = checkpoint;
    verifyInclusion(sha256, {
      leaf: leafHash(sha256, bytes),
      index: receipt.index,
      size,
      root,
      proof: receipt.inclusion.map(fromBase64),
    });
    verifyConsistency(sha256, {
      from: held?.size ?? 0,
      to: size,
      oldRoot: held ? fromBase64(held.root) : emptyRoot(sha256),
      newRoot: root,
      proof: receipt.consistency.map(fromBase64),
    });
    if (held && held.size === size && !equal(fromBase64(held.root), root))
      throw new ReceiptError('The log has two histories of the same size.');
    return { logKey, size, root: toBase64(root), note: receipt.checkpoint };
  } catch (cause) {
    if (cause instanceof ReceiptError) throw cause;
    const why = cause instanceof ProofError || cause instanceof NoteError ? `: ${cause.message}` : '';
    throw new ReceiptError(`The server could not prove that the log contains what was sent${why}.`, {
      cause,
    });
  }
}
