import { join } from 'node:path';
import { decodeEntry, type Rows } from '#shared/domain/entries.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import { indexKeysOf } from '#shared/domain/index.ts';
import { MemoryState } from '#shared/log/state.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { openToRead, type DatabaseSync } from '../db/durable.ts';
import { Tables } from '../db/index.ts';
import { keyOf, Lock, SqliteLog } from '../log/index.ts';
import { WitnessStore } from '../witness/index.ts';
import type { Held } from './held.ts';

/** Hands the log of a data folder to `work`, as it is under its newest checkpoint, beside a server that may be running. */
export async function withFolder<T>(folder: string, work: (held: Held) => Promise<T>): Promise<T> {
  // The lock first: what it names as signed was committed before, so the database has it.
  const note = await Lock.read(join(folder, 'log.lock'));
  const db = openToRead(join(folder, 'countersign.db'));
  try {
    // One view of the database until the end, whatever the server adds meanwhile.
    db.exec('BEGIN');
    return await work(heldIn(db, note));
  } finally {
    db.close();
  }
}

function heldIn(db: DatabaseSync, note: string): Held {
  const { size } = parseCheckpoint(parseNote(note).text);
  const store = new SqliteLog(db);
  const state = new MemoryState<Rows>();
  for (const change of store.state()) state.apply(change);
  const entry: Held['entry'] = (index) => {
    const [bytes] = store.entries(index, index + 1);
    if (!bytes) throw new Error(`the log has no entry ${index}`);
    return decodeEntry(bytes);
  };
  const newer = notIndexed(store, entry, state);
  const find = (key: IndexKey, limit: number): number[] => {
    const pending = newer.get(key) ?? [];
    return [...pending, ...store.find(keyOf(key), Infinity, limit)];
  };
  return {
    note,
    size,
    state,
    entries: (from, to) => store.entries(from, Math.min(to, size)),
    entry,
    tile: (tile) => store.derive(tile),
    find: (key) => find(key, Infinity),
    newest: (key) => find(key, 1)[0],
    detail: (commitment) => store.detail(commitment),
    cosignatures: () => new WitnessStore(new Tables(db)).all(),
  };
}

/** The index keys of entries that the index has not taken in yet, newest first: it follows the log within a second. */
function notIndexed(
  store: SqliteLog,
  entry: Held['entry'],
  state: MemoryState<Rows>,
): Map<IndexKey, number[]> {
  const found = new Map<IndexKey, number[]>();
  const indexed = store.indexed();
  for (let index = store.head().size - 1; index >= indexed; index--)
    for (const key of indexKeysOf(entry(index), state)) {
      const at = found.get(key);
      if (at) at.push(index);
      else found.set(key, [index]);
    }
  return found;
}
