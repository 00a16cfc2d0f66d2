import { utf8 } from '#shared/bytes.ts';
import { type Checkpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, type NoteKey, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { verifyEd25519 } from '../log/index.ts';

/** A checkpoint with what can be said of who signed it. */
export interface ReadCheckpoint extends Checkpoint {
  readonly note: Uint8Array;
  /** Whether the key that was given signed it; undefined where none was. */
  readonly signed: boolean | undefined;
  /** Why not. */
  readonly why?: string;
  /** Names in the signature lines, in order, those of witnesses and of unknown keys among them. */
  readonly signers: readonly string[];
}

/** Reads a verifier key that somebody typed. Throws a sentence. */
export function readKey(vkey: string): NoteKey {
  try {
    return parseVkey(vkey);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Error(
      `This is not a key that can be checked with: ${error.message}. Give name+id+key, of type Ed25519.`,
      { cause: error },
    );
  }
}

/**
 * Takes a checkpoint apart and looks for the key's signature among its lines; lines of other keys and types say
 * nothing here. Throws NoteError on what is no checkpoint.
 */
export async function readCheckpoint(note: Uint8Array, key: NoteKey | undefined): Promise<ReadCheckpoint> {
  const { text, signatures } = parseNote(note);
  const checkpoint = parseCheckpoint(text);
  const read = { ...checkpoint, note, signers: signatures.map(({ name }) => name) };
  if (!key) return { ...read, signed: undefined };
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (own.length === 0) return { ...read, signed: false, why: `${key.name} has not signed it` };
  for (const { signature } of own)
    if (!(await verifyEd25519(key.publicKey, utf8(text), signature)))
      return { ...read, signed: false, why: `the signature by ${key.name} does not hold` };
  return checkpoint.origin === key.name
    ? { ...read, signed: true }
    : { ...read, signed: false, why: `it is of the log ${checkpoint.origin} and the key of ${key.name}` };
}
