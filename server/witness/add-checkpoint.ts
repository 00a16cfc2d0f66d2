import { emptyRoot, ProofError } from '#shared/log/merkle/hash.ts';
import { verifyConsistency } from '#shared/log/merkle/verify.ts';
import { utf8 } from '#shared/bytes.ts';
import { parseAddCheckpoint } from '#shared/log/note/cosignature.ts';
import { NoteError, type NoteKey } from '#shared/log/note/keys.ts';
import { sha256 } from '../sha256.ts';
import { verifyEd25519 } from '../log/index.ts';
import type { WitnessSigner } from './signer.ts';
import type { WitnessStore } from './store.ts';

/** What a witness answers. The body is plain text. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  readonly type?: 'text/x.tlog.size';
}

const refusal = (status: WitnessAnswer['status'], sentence: string): WitnessAnswer => ({
  status,
  body: `${sentence}\n`,
});

/**
 * Witnesses one checkpoint of another log (C2SP tlog-witness, "add-checkpoint"), the checks in the order in which the
 * specification gives them their status.
 */
export async function addCheckpoint(
  body: string,
  of: { logs: readonly NoteKey[]; store: WitnessStore; signer: WitnessSigner; now: () => number },
): Promise<WitnessAnswer> {
  let sent: ReturnType<typeof parseAddCheckpoint>;
  try {
    sent = parseAddCheckpoint(body);
  } catch (error) {
    if (error instanceof NoteError) return refusal(400, `The request is malformed: ${error.message}.`);
    throw error;
  }
  const { old, proof, note, checkpoint } = sent;
  const { origin, size, root } = checkpoint;
  const known = of.logs.filter(({ name }) => name === origin);
  if (known.length === 0) return refusal(404, 'This witness does not know the log of this checkpoint.');
  let trusted = 0;
  for (const { name, id, signature } of note.signatures) {
    const key = known.find((each) => each.name === name && each.id === id);
    if (!key) continue;
    if (!(await verifyEd25519(key.publicKey, utf8(note.text), signature)))
      return refusal(403, 'A signature by the key of this log does not hold.');
    trusted += 1;
  }
  if (trusted === 0) return refusal(403, 'The checkpoint is not signed by a trusted key of its log.');
  if (old > size) return refusal(400, 'The old size is larger than that of the checkpoint.');

  const conflict = (): WitnessAnswer => ({
    status: 409,
    body: `${of.store.witnessed(origin)?.size ?? 0}\n`,
    type: 'text/x.tlog.size',
  });
  const last = of.store.witnessed(origin);
  if (old !== (last?.size ?? 0)) return conflict();
  try {
    verifyConsistency(sha256, {
      from: old,
      to: size,
      oldRoot: last?.root ?? emptyRoot(sha256),
      newRoot: root,
      proof,
    });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return refusal(422, `The checkpoint is not shown to extend the last one: ${error.message}.`);
  }
  // On the disk before the cosignature leaves; whoever came in between has changed the size.
  const now = of.now();
  if (!of.store.swap(old, checkpoint, now)) return conflict();
  return { status: 200, body: await of.signer.cosign(note.text, Math.floor(now / 1000)) };
}
