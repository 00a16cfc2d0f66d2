import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { concat } from '#shared/bytes.ts';
import { encodeBundle } from '#shared/merkle/bundle.ts';
import type { FullTile } from '#shared/merkle/edge.ts';
import { type Hash, leafHash } from '#shared/merkle/hash.ts';
import { TILE_WIDTH, type Tile, tilePath, tileRoot } from '#shared/merkle/tiles.ts';
import type { Change } from '#shared/entries/view.ts';
import { sha256 } from './hash.ts';

const blob = (value: unknown): Uint8Array => {
  if (!(value instanceof Uint8Array)) throw new Error('the database holds something else where bytes belong');
  return value;
};

/** The log's rows, on the writer's own connection. Inserting happens within the writer's transaction. */
export class LogStore {
  readonly #insertEntry: StatementSync;
  readonly #insertTile: StatementSync;
  readonly #insertHead: StatementSync;
  readonly #putState: StatementSync;
  readonly #deleteState: StatementSync;
  readonly #entries: StatementSync;
  readonly #tile: StatementSync;
  readonly #db: DatabaseSync;
  // Prepared, because every command takes two of them: parsing them anew costs as much as an insert.
  readonly #savepoint: StatementSync;
  readonly #rollback: StatementSync;
  readonly #release: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#savepoint = db.prepare('SAVEPOINT command');
    this.#rollback = db.prepare('ROLLBACK TO command');
    this.#release = db.prepare('RELEASE command');
    this.#insertEntry = db.prepare('INSERT INTO entries ("index", bytes) VALUES (?, ?)');
    this.#insertTile = db.prepare('INSERT INTO tiles (level, n, hashes) VALUES (?, ?, ?)');
    this.#insertHead = db.prepare('INSERT INTO heads (size, root) VALUES (?, ?)');
    this.#putState = db.prepare('INSERT OR REPLACE INTO state (kind, id, "row") VALUES (?, ?, ?)');
    this.#deleteState = db.prepare('DELETE FROM state WHERE kind = ? AND id = ?');
    this.#entries = db.prepare(
      'SELECT bytes FROM entries WHERE "index" >= ? AND "index" < ? ORDER BY "index"',
    );
    this.#tile = db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?');
  }

  /** Runs `work` so that the rows it wrote go with it when it throws, and the rest of the transaction stays. */
  apart<T>(work: () => T): T {
    this.#savepoint.run();
    try {
      return work();
    } catch (error) {
      this.#rollback.run();
      throw error;
    } finally {
      this.#release.run();
    }
  }

  size(): number {
    return Number(
      this.#db.prepare('SELECT coalesce(max("index"), -1) + 1 AS size FROM entries').get()?.['size'],
    );
  }

  /** Size and root as the last group that committed had them. */
  head(): { size: number; root: Hash } | undefined {
    const row = this.#db.prepare('SELECT size, root FROM heads ORDER BY size DESC LIMIT 1').get();
    return row && { size: Number(row['size']), root: blob(row['root']) };
  }

  /** Bytes of the entries from `from` up to, not including, `to`; fewer where the log ends before. */
  entries(from: number, to: number): Uint8Array[] {
    return this.#entries.all(from, to).map((row) => blob(row['bytes']));
  }

  /** A hash tile that was filled, or the first hashes of one. */
  stored({ level, n, width }: Tile): Uint8Array | undefined {
    const row = this.#tile.get(level, n);
    return row && blob(row['hashes']).slice(0, width * 32);
  }

  /**
   * Any tile from what is stored: a partial one at level 0 from the entries after the last full one, at the levels
   * above from the full tiles below it. Slow, for starting; after that the writer's edge holds them.
   */
  readonly derive = (tile: Tile): Uint8Array => {
    const { level, n, width } = tile;
    if (level === 'entries') return encodeBundle(this.entries(n * TILE_WIDTH, n * TILE_WIDTH + width));
    const stored = this.stored(tile);
    if (stored) return stored;
    if (level === 0)
      return concat(
        ...this.entries(n * TILE_WIDTH, n * TILE_WIDTH + width).map((entry) => leafHash(sha256, entry)),
      );
    const below = Array.from({ length: width }, (_, i): Tile => ({
      level: level - 1,
      n: n * TILE_WIDTH + i,
      width: TILE_WIDTH,
    }));
    return concat(
      ...below.map((full) => {
        const bytes = this.stored(full);
        if (!bytes) throw new Error(`the database lost ${tilePath(full)}`);
        return tileRoot(sha256, full, bytes);
      }),
    );
  };

  insertEntry(index: number, bytes: Uint8Array): void {
    this.#insertEntry.run(index, bytes);
  }

  insertTile({ level, n, bytes }: FullTile): void {
    this.#insertTile.run(level, n, bytes);
  }

  insertHead(size: number, root: Hash): void {
    this.#insertHead.run(size, root);
  }

  /** Folded state as it was committed. */
  *state(): Generator<Change> {
    for (const row of this.#db.prepare('SELECT kind, id, "row" FROM state').iterate())
      yield { kind: String(row['kind']), id: String(row['id']), row: JSON.parse(String(row['row'])) };
  }

  saveState({ kind, id, row }: Change): void {
    if (row === undefined) this.#deleteState.run(kind, id);
    else this.#putState.run(kind, id, JSON.stringify(row));
  }
}
