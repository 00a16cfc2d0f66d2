import { noteText } from '#shared/log/note/note.ts';
import { equal, fromBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { type Checkpoint, openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { browserKeyName, checkCosignature, cosignerKey } from '#shared/log/note/cosignature.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import { type Log, verifyEd25519 } from '../log/index.ts';

/** The rules of being witnessed. Each throws a Refusal or returns what it found. */

/** How often a browser's cosignature is taken, in seconds. */
const MIN_INTERVAL_SECONDS = 50;

/** A checkpoint that a key of this log signed, whether it is the one that signs now or one before it. */
export async function ownCheckpoint(log: Log, note: string, field: string): Promise<Checkpoint> {
  for (const vkey of log.knownKeys)
    try {
      return await openCheckpoint(note, parseVkey(vkey), verifyEd25519);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
    }
  throw new Refusal('invalid_input', { field, sentence: 'This log did not sign that checkpoint.' });
}

/**
 * The time (seconds) of a browser's cosignature over the newest checkpoint; undefined where a newer one was signed
 * meanwhile, or the browser cosigned a moment ago: that is stale and no fork.
 */
export async function cosignedAt(
  log: Log,
  { id, publicKey }: Rows['browser'],
  { checkpoint, line }: { checkpoint: string; line: string },
  last: { time: number; size: number } | undefined,
): Promise<number | undefined> {
  const { note, size } = log.head;
  if (note !== checkpoint) {
    await ownCheckpoint(log, checkpoint, 'checkpoint');
    return undefined;
  }
  const key = cosignerKey(browserKeyName(log.origin, id), fromBase64url(publicKey));
  let time: number;
  try {
    time = await checkCosignature(line, noteText(note), key, verifyEd25519);
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw new Refusal('invalid_input', { cause, field: 'line', sentence: `${cause.message}.` });
  }
  return last && size === last.size && time - last.time < MIN_INTERVAL_SECONDS ? undefined : time;
}

/** Throws unless one of the two checkpoints, both signed by this log, is not of the history that it holds. */
export async function refuseNoFork(log: Log, notes: { held: string; shown: string }): Promise<void> {
  const held = await ownCheckpoint(log, notes.held, 'held');
  const shown = await ownCheckpoint(log, notes.shown, 'shown');
  const isOurs = ({ size, root }: Checkpoint): boolean => {
    if (size > log.size) return false;
    return equal(log.reader.root(size), root);
  };
  const disagree = held.size === shown.size && !equal(held.root, shown.root);
  if (!disagree && isOurs(held) && isOurs(shown))
    throw new Refusal('invalid_input', {
      field: 'held',
      sentence: 'Both checkpoints belong to this log’s history. There is no fork.',
    });
}
