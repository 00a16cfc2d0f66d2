import { hash } from 'node:crypto';
import { type Envelope, decodeEnvelope } from '#shared/log/codec.ts';
import type { LogReader } from './reader.ts';
import type { LogStore } from './store.ts';

/** How far the table may be behind the log. */
const FLUSH_MS = 500;
/** Handed over at once, so that a burst does not pile up in memory. */
const MAX_PENDING_PAIRS = 16_384;
/** People, consoles and types come again and again. */
const MAX_CACHED_KEYS = 10_000;

const cache = new Map<string, number>();

/** What an index key is stored as: the first 48 bits of SHA-256 of it, so that the index is over integers. */
export function keyOf(name: string): number {
  let key = cache.get(name);
  if (key === undefined) {
    key = hash('sha256', name, 'buffer').readUIntBE(0, 6);
    if (cache.size >= MAX_CACHED_KEYS) cache.clear();
    cache.set(name, key);
  }
  return key;
}

/**
 * Where to find entries by what they are about: an index key such as `person:<id>` and the indexes of its entries.
 * Derived from the entries alone, and in a table that follows them; what is not there yet is in memory, so a search
 * misses nothing. Whoever searches reads the entries that are found: two keys may be stored as the same number.
 */
export class EntryIndex {
  readonly #store: LogStore;
  /** Not in the table yet, by key; indexes ascending. */
  #pending = new Map<number, number[]>();
  #pairs: number[] = [];
  /** Entries that `pairs` is complete up to, and entries in the table. */
  #size: number;
  #handed: { readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: LogStore) {
    this.#store = store;
    this.#size = store.indexed();
  }

  /**
   * Takes in the entries up to `size` that a crash, or a backup that was taken in between, kept from the table. A log
   * that must not sign writes nothing: then they are in memory alone.
   */
  catchUp(
    reader: Pick<LogReader, 'committed'>,
    size: number,
    how: { keysOf: (entry: Envelope) => string[]; isStopped: boolean; report: (error: unknown) => void },
  ): void {
    try {
      for (let index = this.#size; index < size; index += 1) {
        const bytes = reader.committed(index);
        if (!bytes) continue;
        const keys = how.keysOf(decodeEnvelope(bytes));
        if (how.isStopped) this.#remember(index, keys);
        else this.add(index, keys);
      }
    } catch (error) {
      if (!how.isStopped) throw error;
      how.report(error); // it is damaged, and serves what can be read
    }
  }

  /** Takes in an entry that was committed. In the order of entries. */
  add(index: number, keys: readonly string[]): void {
    for (const key of this.#remember(index, keys)) this.#pairs.push(key, index);
    this.#size = index + 1;
    if (this.#pairs.length >= 2 * MAX_PENDING_PAIRS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** In memory alone. Returns the stored keys under which the entry was not found yet. */
  #remember(index: number, keys: readonly string[]): number[] {
    return keys.map(keyOf).filter((key) => {
      const found = this.#pending.get(key);
      if (!found) this.#pending.set(key, [index]);
      else if (found.at(-1) !== index) found.push(index);
      else return false;
      return true;
    });
  }

  /** The newest entries below `before` under this key, newest first, `limit` at most. */
  find(name: string, before: number, limit: number): number[] {
    const key = keyOf(name);
    const pending = (this.#pending.get(key) ?? []).filter((entry) => entry < before).reverse();
    const below = pending.at(-1) ?? before;
    const rest = limit - pending.length;
    if (rest <= 0) return pending.slice(0, limit);
    return [...pending, ...this.#store.find(key, below, rest)];
  }

  /** Writes what is in memory into the table. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#handed || this.#pairs.length === 0) return;
    const pairs = this.#pairs;
    this.#pairs = [];
    this.#handed = { until: this.#size };
    const indexed = await this.#store.index(Float64Array.from(pairs), this.#size);
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
    if (this.#pairs.length > 0) this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Writes what is left and takes in nothing more. */
  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }
}
