import { toBase64 } from '#shared/bytes.ts';
import { HASH_BYTES, type Hash } from '#shared/log/merkle/hash.ts';
import { NoteError, type NoteKey, strictBase64 } from './keys.ts';
import { type Verify, openNote } from './note.ts';

/** The head of a log: whose it is, how many entries it has, and the root over them (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Hash;
}

/** The text of a checkpoint's note: origin, size, base64 of the root, each on its line. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) throw new NoteError('an origin is one line that is not empty');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads the text of a checkpoint. Extension lines are accepted and ignored, as the specification asks of clients.
 * Throws NoteError on anything else.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, size, root, ...extensions] = lines.slice(0, -1);
  if (lines.at(-1) !== '' || !origin || size === undefined || root === undefined || extensions.includes(''))
    throw new NoteError('a checkpoint has an origin, a size and a root, each on its line');
  if (!/^(?:0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw new NoteError('the size is not a whole number');
  const hash = strictBase64(root, 'the root');
  if (hash.length !== HASH_BYTES) throw new NoteError('the root is not 32 bytes');
  return { origin, size: Number(size), root: hash };
}

/** A checkpoint that `key` signed for its own origin. Throws NoteError on any other. */
export async function openCheckpoint(
  note: string | Uint8Array,
  key: NoteKey,
  verify: Verify,
): Promise<Checkpoint> {
  const { text } = await openNote(note, [key], verify);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== key.name)
    throw new NoteError(`the checkpoint is of ${checkpoint.origin} and not of ${key.name}`);
  return checkpoint;
}
