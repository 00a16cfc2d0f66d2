import type { DatabaseSync } from 'node:sqlite';
import { EntryError } from '#shared/log/codec.ts';
import { decodeEntry, type Entry, type Rows } from '#shared/domain/entries.ts';
import { fold, indexKeysOf } from '#shared/domain/index.ts';
import { MemoryState } from '#shared/log/state.ts';
import type { Finding, Heard } from '#shared/log/tiles/types.ts';
import { canonical } from '#shared/log/canonical.ts';
import { Owed, sayMissed } from '#shared/domain/rights/owed.ts';
import { judge } from '#shared/verify/judge.ts';
import { sayDoubt } from '#shared/verify/read.ts';
import { type Facts, Policies, CannotJudge } from '#shared/domain/judging.ts';
import { SqliteLog } from '../log/index.ts';
import { Details } from './details.ts';
import { IndexSum } from './index-keys.ts';

/** Rows of state that are named one by one; more of them are counted. */
const MAX_NAMED_ROWS = 20;

/** State as the entries make it, how far it was folded, and which of them do not hold. Signatures are not checked. */
export class Folded {
  readonly state = new MemoryState<Rows>();
  size = 0;
  /** Why it cannot go on. */
  broken: Finding | undefined;
  /** What was found since they were last taken away. */
  #doubts: Finding[] = [];
  /** Entries with a batch, by browser and number. */
  readonly #batches = new Map<string, number[]>();
  readonly #owed = new Owed();
  /** Where entries that were taken in can be read again. */
  #store: SqliteLog | undefined;
  readonly #facts: Facts = {
    state: this.state,
    whole: true,
    policies: new Policies(),
    entryAt: (index) => {
      const [bytes] = this.#store?.entries(index, index + 1) ?? [];
      return bytes && decodeEntry(bytes);
    },
    batchAt: (browser, number) => this.#batches.get(browser)?.[number],
  };

  readsFrom(db: DatabaseSync): void {
    this.#store = new SqliteLog(db);
  }

  /** What was found since this was asked last. */
  doubts(): Finding[] {
    return this.#doubts.splice(0);
  }

  /** At the end of what was signed, `next` is undefined. */
  mustHaveEnded(next: Entry | undefined): void {
    for (const { entry: index, follow } of this.#owed.missed(next, this.size).owing)
      this.#doubts.push({
        state: 'failed',
        part: 'rule',
        index,
        sentence: sayDoubt(index, sayMissed(follow)),
      });
  }

  #judge(entry: Entry, index: number): void {
    this.mustHaveEnded(entry);
    try {
      judge(entry, index, this.#facts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const state = error instanceof CannotJudge ? 'unknown' : 'failed';
      this.#doubts.push({ state, part: 'rule', index, sentence: sayDoubt(index, reason) });
    }
    if (entry.type !== 'actions.recorded') return;
    const { browser, number } = entry.body;
    const places = this.#batches.get(browser) ?? [];
    places[number] = index;
    this.#batches.set(browser, places);
  }

  /** Takes in the entry at `size`. */
  take(bytes: Uint8Array): Entry | undefined {
    const index = this.size;
    try {
      const entry = decodeEntry(bytes);
      this.#judge(entry, index);
      fold(this.state, entry, index);
      const { hash = '' } = this.state.get('policy', 'current') ?? {};
      this.#owed.took(entry, index, this.state, this.#facts.policies.get(hash));
      this.size += 1;
      return entry;
    } catch (error) {
      const isNew = error instanceof EntryError && error.newer;
      const why = error instanceof Error ? error.message : String(error);
      this.broken = {
        state: isNew ? 'unknown' : 'failed',
        part: 'entry',
        index,
        sentence: `Entry ${index} cannot be taken into the state: ${why}.`,
      };
      return undefined;
    }
  }
}

/**
 * Folds the entries of a database from where `folded` is, and holds what lies beside the log against it: the rows of
 * state, the details against their commitments, the index.
 */
export async function* checkFold(
  db: DatabaseSync,
  size: number,
  folded: Folded,
): AsyncGenerator<Heard, void, void> {
  const store = new SqliteLog(db);
  const details = new Details(db);
  const sum = new IndexSum(db);
  folded.readsFrom(db);
  while (folded.size < size && !folded.broken) {
    for (const bytes of nextOf(store, folded.size, size)) {
      const index = folded.size;
      const entry = folded.take(bytes);
      if (!entry) break;
      yield* details.check(entry, index);
      sum.add(index, indexKeysOf(entry, folded.state));
    }
    yield* folded.doubts();
    yield { state: 'checking', done: folded.size, of: size };
  }
  if (folded.broken) {
    yield folded.broken;
    return;
  }
  folded.mustHaveEnded(undefined);
  yield* folded.doubts();
  yield* compareState(db, folded.state);
  yield* details.rest();
  yield* sum.compare();
}

/** Folds entries up to `size`, and nothing else. */
export function foldOn(db: DatabaseSync, size: number, folded: Folded): void {
  const store = new SqliteLog(db);
  folded.readsFrom(db);
  while (folded.size < size && !folded.broken)
    for (const bytes of nextOf(store, folded.size, size)) if (!folded.take(bytes)) break;
}

/** The next entries from `at` on; never none. */
function nextOf(store: SqliteLog, at: number, size: number): Uint8Array[] {
  const entries = store.entries(at, Math.min(at + 256, size));
  if (entries.length === 0) throw new Error(`the database lost entry ${at} while it was read`);
  return entries;
}

const indexOf = (row: unknown): number | undefined => {
  const { entry, entries } = (row ?? {}) as { entry?: unknown; entries?: unknown };
  const last: unknown = Array.isArray(entries) ? entries.at(-1) : entry;
  return typeof last === 'number' && last >= 0 ? last : undefined;
};

/** The rows of state that are not what the log says (case 63). */
export function* compareState(db: DatabaseSync, state: MemoryState<Rows>): Generator<Finding> {
  let more = 0;
  let named = 0;
  const missing = new Map<string, unknown>();
  for (const { kind, id, row } of state.rows()) missing.set(`${kind} ${id}`, row);
  const finding = (name: string, row: unknown, sentence: string): Finding[] => {
    named += 1;
    if (named > MAX_NAMED_ROWS) {
      more += 1;
      return [];
    }
    const index = indexOf(row);
    return [
      { state: 'failed', part: 'state', sentence, path: name, ...(index === undefined ? {} : { index }) },
    ];
  };
  for (const found of db.prepare('SELECT kind, id, "row" FROM state').iterate()) {
    const name = `${String(found['kind'])} ${String(found['id'])}`;
    const row = missing.get(name);
    if (row === undefined)
      yield* finding(name, row, `The row ${name} is not what the log says: there is no such.`);
    else if (String(found['row']) !== JSON.stringify(row) && !isSame(String(found['row']), row))
      yield* finding(name, row, `The row ${name} is not what the log says.`);
    missing.delete(name);
  }
  for (const [name, row] of missing)
    yield* finding(name, row, `The row ${name}, which the log makes, is missing.`);
  if (more > 0)
    yield { state: 'failed', part: 'state', sentence: `${more} more rows are not what the log says.` };
}

/** The order of keys says nothing. */
function isSame(text: string, row: unknown): boolean {
  try {
    return canonical(JSON.parse(text) as object) === canonical(row as object);
  } catch {
    return false;
  }
}
