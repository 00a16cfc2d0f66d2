import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { equal, fromBase64url } from '#shared/bytes.ts';
import { formatCheckpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { parseNote, signNote } from '#shared/log/note/note.ts';
import { partsOf } from '#shared/domain/succession/rules.ts';
import { findKey } from './key-store.ts';
import { createDurably } from '../durable-files.ts';
import { logKey } from './key.ts';
import { Lock } from './lock.ts';
import type { Proposal } from './proposal.ts';
import type { LogNames } from './types.ts';
import type { StoredLog } from './store.ts';

/**
 * Puts a lock under the new origin in the place of the old one, over exactly what is restored. Nothing is published by
 * it: the first head that leaves is the one over the entry that says what happened. May be done again after a crash
 * anywhere within. Returns under which names the log is to be opened. Throws an Error with a sentence.
 */
export async function replaceLock(folder: string, store: StoredLog, proposal: Proposal): Promise<LogNames> {
  const { origin, logKey: vkey, restored } = proposal;
  const { size, root } = store.head();
  const names = { origin, logKey: vkey, entry: restored.size };
  const path = join(folder, 'log.lock');
  const held = Lock.exists(path) ? await originIn(path) : undefined;
  // A crash after the entry was committed: the start finishes it like any other step.
  if (held === origin) return names;
  if (size !== restored.size || !root || !equal(root, fromBase64url(restored.root)))
    throw new Error(
      'The database is not the one that countersign recover looked at. Run countersign recover again.',
    );
  const key = logKey(origin, await findKey(folder, 'log.key', parseVkey(vkey).publicKey));
  const note = await signNote(formatCheckpoint({ origin, size, root }), key.key, key.sign);
  if (Lock.exists(path)) {
    // Kept as evidence of what was signed. A crash here: there are two of it.
    const aside = `${path}.${held === undefined ? partsOf(origin).number - 1 : partsOf(held).number}`;
    if (!existsSync(aside)) createDurably(aside, readFileSync(path), 0o600);
  }
  Lock.replace(path, note);
  return names;
}

/** Undefined where the lock holds nothing valid. */
async function originIn(path: string): Promise<string | undefined> {
  try {
    const lock = await Lock.open(path);
    try {
      return parseCheckpoint(parseNote(lock.note).text).origin;
    } finally {
      await lock.close();
    }
  } catch {
    return undefined;
  }
}
