import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { hash } from 'node:crypto';
import type { Committer } from './committer.ts';

/** How far the table may be behind the log, in ms. */
const LAG = 500;
/** Pairs that are handed over at once, so that a burst does not pile up in memory. */
const MOST = 16_384;
/** Keys that are remembered: people, consoles and types come again and again. */
const REMEMBERED = 10_000;

const keys = new Map<string, number>();

/** A place's key: the first 48 bits of SHA-256 of its name, so that the index is over integers. */
export function keyOf(place: string): number {
  let key = keys.get(place);
  if (key === undefined) {
    key = hash('sha256', place, 'buffer').readUIntBE(0, 6);
    if (keys.size >= REMEMBERED) keys.clear();
    keys.set(place, key);
  }
  return key;
}

/**
 * Where to find entries by what they are about: a name such as `person:<id>` and the indexes of its entries. Derived
 * from the entries alone, and in a table that follows them; what is not there yet is in memory, so a search misses
 * nothing. Whoever searches reads the entries that are found: two names may share a key.
 */
export class Places {
  readonly #committer: Committer;
  readonly #find: StatementSync;
  /** Not in the table yet, by key; indexes ascending. */
  #pending = new Map<number, number[]>();
  #pairs: number[] = [];
  /** Entries that `pairs` is complete up to, and entries in the table. */
  #size: number;
  #handed: { readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(reading: DatabaseSync, committer: Committer) {
    this.#committer = committer;
    this.#find = reading.prepare(
      'SELECT entry FROM places WHERE key = ? AND entry < ? ORDER BY entry DESC LIMIT ?',
    );
    this.#size = Number(reading.prepare('SELECT size FROM indexed').get()?.['size'] ?? 0);
  }

  /** Entries below are in the table; `add` those from here on. */
  get size(): number {
    return this.#size;
  }

  /** Takes in an entry that was committed. In the order of entries. */
  add(index: number, places: readonly string[]): void {
    for (const key of this.remember(index, places)) this.#pairs.push(key, index);
    this.#size = index + 1;
    if (this.#pairs.length >= 2 * MOST) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), LAG);
  }

  /** The same in memory alone, where nothing may be written. Returns the keys under which the entry was not found yet. */
  remember(index: number, places: readonly string[]): number[] {
    return places.map(keyOf).filter((key) => {
      const found = this.#pending.get(key);
      if (!found) this.#pending.set(key, [index]);
      else if (found.at(-1) !== index) found.push(index);
      else return false;
      return true;
    });
  }

  /** The newest entries below `before` at this place, newest first, `limit` at most. */
  find(place: string, before: number, limit: number): number[] {
    const key = keyOf(place);
    const pending = (this.#pending.get(key) ?? []).filter((entry) => entry < before).reverse();
    const below = pending.at(-1) ?? before;
    const rest = limit - pending.length;
    if (rest <= 0) return pending.slice(0, limit);
    const most = Number.isFinite(rest) ? rest : -1; // SQLite's word for no limit
    return [...pending, ...this.#find.all(key, below, most).map((row) => Number(row['entry']))];
  }

  /** Writes what is in memory into the table. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#handed || this.#pairs.length === 0) return;
    const pairs = this.#pairs;
    this.#pairs = [];
    this.#handed = { until: this.#size };
    const indexed = await this.#committer.index(Float64Array.from(pairs), this.#size);
    const { until } = this.#handed;
    this.#handed = undefined;
    if (indexed === 0) {
      // Tried again with the next entries: a full disk is no reason to lose the order.
      this.#pairs = [...pairs, ...this.#pairs];
      return;
    }
    for (const [key, entries] of this.#pending) {
      const rest = entries.filter((entry) => entry >= until);
      if (rest.length === 0) this.#pending.delete(key);
      else this.#pending.set(key, rest);
    }
    if (this.#pairs.length > 0) this.#timer ??= setTimeout(() => void this.flush(), LAG);
  }

  /** Writes what is left and takes in nothing more. */
  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }
}
