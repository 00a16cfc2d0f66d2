import { fromBase64 } from '#shared/bytes.ts';
import { decodeEntry } from '#shared/domain/entries.ts';
import { leafHash, ProofError } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyInclusion } from '#shared/log/merkle/verify.ts';
import type { recordActions } from '#shared/domain/actions/wire.ts';
import type { HeldCheckpoint } from '../../platform/db.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { judgeCheckpoint } from '../checkpoint/index.ts';

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
    const proven = await provenBy(receipt, { logKey, held });
    verifyInclusion(sha256, {
      leaf: leafHash(sha256, bytes),
      index: receipt.index,
      size: proven.size,
      root: fromBase64(proven.root),
      proof: receipt.inclusion.map(fromBase64),
    });
    return proven;
  } catch (cause) {
    if (cause instanceof ReceiptError) throw cause;
    throw unproven(cause instanceof ProofError ? cause.message : '', cause);
  }
}

/** The receipt's checkpoint, which is the one that is held or extends it. */
async function provenBy(
  { checkpoint, consistency }: BatchReceipt,
  { logKey, held }: { logKey: string; held: HeldCheckpoint | undefined },
): Promise<HeldCheckpoint> {
  const judged = await judgeCheckpoint(checkpoint, consistency, { logKey, held });
  if (judged.is === 'newer') return judged.held;
  if (judged.is === 'same' && held) return held;
  if (judged.is === 'foreign') throw unproven(judged.why);
  throw unproven(judged.is === 'fork' ? 'the log has conflicting histories' : 'it showed an old checkpoint');
}

const unproven = (why: string, cause?: unknown): ReceiptError =>
  new ReceiptError(
    `The server could not prove that the log contains what was sent${why === '' ? '' : `: ${why}`}.`,
    { cause },
  );
