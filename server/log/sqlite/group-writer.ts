import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NO_SALT, type GroupRows } from '../store.ts';

/** The statements of the thread that commits. `write` is called within a transaction. */
export class GroupWriter {
  readonly #segment: StatementSync;
  readonly #tile: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #detail: StatementSync;
  readonly #eraseBeside: StatementSync;
  readonly #eraseBelow: StatementSync;
  readonly #indexKey: StatementSync;
  readonly #indexed: StatementSync;

  constructor(db: DatabaseSync) {
    this.#segment = db.prepare('INSERT INTO segments (first, count, entries, root) VALUES (?, ?, ?, ?)');
    this.#tile = db.prepare('INSERT INTO tiles (level, n, hashes) VALUES (?, ?, ?)');
    this.#put = db.prepare('INSERT OR REPLACE INTO state (kind, id, "row") VALUES (?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM state WHERE kind = ? AND id = ?');
    this.#detail = db.prepare(
      'INSERT INTO details (commitment, salt, detail, entry) VALUES (?, ?, ?, ?) ON CONFLICT (commitment) DO NOTHING',
    );
    // Written over in place and at the same length. A row that is deleted or shrinks makes SQLite move its neighbours,
    // and a moved row leaves its old bytes behind in the page, for a later erasure of that row to miss.
    const over = `UPDATE details SET salt = ?, detail = substr(printf('%.*c', octet_length(detail), ' '), 1, octet_length(detail))`;
    this.#eraseBeside = db.prepare(`${over} WHERE entry = ?`);
    this.#eraseBelow = db.prepare(`${over} WHERE entry < ? AND salt <> ?`);
    this.#indexKey = db.prepare('INSERT OR IGNORE INTO places (key, entry) VALUES (?, ?)');
    this.#indexed = db.prepare('UPDATE indexed SET size = ?');
  }

  write({ segments, tiles, state, details, erasures }: GroupRows): void {
    for (const { first, count, entries, root } of segments) this.#segment.run(first, count, entries, root);
    for (const { level, n, bytes } of tiles) this.#tile.run(level, n, bytes);
    for (const { kind, id, row } of state)
      if (row === undefined) this.#delete.run(kind, id);
      else this.#put.run(kind, id, row);
    for (const { commitment, salt, detail, entry } of details)
      this.#detail.run(commitment, salt, detail, entry);
    for (const erasure of erasures)
      if ('below' in erasure) this.#eraseBelow.run(NO_SALT, erasure.below, NO_SALT);
      else for (const entry of erasure.entries) this.#eraseBeside.run(NO_SALT, entry);
  }

  /** `pairs` are key and entry in turn, of all entries below `size` that are not indexed yet. */
  index(pairs: Float64Array, size: number): void {
    for (let i = 0; i < pairs.length; i += 2) this.#indexKey.run(pairs[i] ?? 0, pairs[i + 1] ?? 0);
    this.#indexed.run(size);
  }
}
