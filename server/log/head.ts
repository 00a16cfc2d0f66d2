import { type Checkpoint, formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { formatNote, parseNote, signNote } from '#shared/log/note/note.ts';
import type { LogKey } from './key.ts';

/** A checkpoint that was signed. Only once it is in the lock may it leave the process. */
export interface SignedHead extends Checkpoint {
  readonly note: string;
}

/** Signs a checkpoint by every one of these keys. Rejects with Trouble where one cannot be reached now. */
export async function signHead(checkpoint: Checkpoint, keys: readonly LogKey[]): Promise<SignedHead> {
  const text = formatCheckpoint(checkpoint);
  const signatures = [];
  for (const { key, sign } of keys) signatures.push(...parseNote(await signNote(text, key, sign)).signatures);
  return { ...checkpoint, note: formatNote({ text, signatures }) };
}
