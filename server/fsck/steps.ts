import { NoteError, type NoteKey } from '#shared/log/note/keys.ts';
import type { Finding } from '#shared/log/tiles/types.ts';
import { type ReadCheckpoint, readCheckpoint } from './checkpoint.ts';

/** What every check begins with, wherever the log is. */
export interface Options {
  readonly key?: NoteKey;
  /** A checkpoint that somebody kept, as a note. */
  readonly held?: Uint8Array;
}

export interface Checked {
  readonly checkpoint?: ReadCheckpoint;
  readonly entries: number;
  readonly bytes: number;
}

/** Reads the checkpoint, and says what is wrong with it. Nothing can be checked without one. */
export async function* checkpointStep(
  note: Uint8Array,
  key: NoteKey | undefined,
  part: 'checkpoint' | 'lock' = 'checkpoint',
): AsyncGenerator<Finding, ReadCheckpoint | undefined, void> {
  try {
    const checkpoint = await readCheckpoint(note, key);
    if (checkpoint.signed === false)
      yield {
        state: 'failed',
        part,
        sentence: `The checkpoint is not signed by the key: ${checkpoint.why ?? 'it does not hold'}.`,
      };
    return checkpoint;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    yield { state: 'failed', part, sentence: `The checkpoint cannot be read: ${error.message}.` };
    return undefined;
  }
}

/** A checkpoint that was kept must be one, and of this key where one is given. */
export async function* heldStep(
  note: Uint8Array | undefined,
  key: NoteKey | undefined,
): AsyncGenerator<Finding, ReadCheckpoint | undefined, void> {
  if (!note) return undefined;
  const kept = yield* checkpointStep(note, key);
  return kept?.signed === false ? undefined : kept;
}
