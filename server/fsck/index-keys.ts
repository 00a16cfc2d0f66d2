import type { DatabaseSync } from 'node:sqlite';
import { hash } from 'node:crypto';
import type { Finding } from '#shared/log/tiles/types.ts';
import { keyOf } from '../log/index.ts';

const HASH_WORDS = 8;

/** A sum over pairs that does not depend on their order: SHA-256 of each, added up. */
class Sum {
  readonly #words = new Uint32Array(HASH_WORDS);

  add(key: string | number, entry: string | number): void {
    const digest = hash('sha256', `${key} ${entry}`, 'buffer');
    for (let i = 0; i < HASH_WORDS; i += 1) this.#words[i] = this.#words[i]! + digest.readUInt32BE(i * 4);
  }

  get value(): string {
    return this.#words.join(' ');
  }
}

/** Holds the index of what entries are about against the entries, without keeping either in memory. */
export class IndexSum {
  readonly #db: DatabaseSync;
  readonly #sum = new Sum();
  /** Entries below are in the index. */
  readonly #size: number;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#size = Number(db.prepare('SELECT size FROM indexed').get()?.['size'] ?? 0);
  }

  add(index: number, keys: readonly string[]): void {
    if (index < this.#size) for (const key of new Set(keys.map(keyOf))) this.#sum.add(key, index);
  }

  *compare(): Generator<Finding> {
    const found = new Sum();
    for (const { key, entry } of this.#db
      .prepare('SELECT CAST(key AS TEXT) AS key, CAST(entry AS TEXT) AS entry FROM places')
      .iterate())
      found.add(String(key), String(entry));
    if (found.value !== this.#sum.value)
      yield {
        state: 'failed',
        part: 'index',
        sentence:
          'The search index is not what the entries say. Nothing rests on it; `countersign log refold` makes it anew.',
      };
  }
}
