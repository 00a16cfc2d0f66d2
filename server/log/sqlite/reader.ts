import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { concat, equal } from '#shared/bytes.ts';
import { decodeBundle, endOfEntries } from '#shared/log/merkle/bundle.ts';
import { type Hash, leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, type Tile, tilePath, tileRoot } from '#shared/log/merkle/tiles.ts';
import type { Change } from '#shared/log/state.ts';
import { sha256 } from '../../sha256.ts';
import { NO_SALT, type Segment, type StoredLog } from '../store.ts';

const blob = (value: unknown): Uint8Array => {
  if (!(value instanceof Uint8Array)) throw new Error('the database holds something else where bytes belong');
  return value;
};

/** Reads the log's rows as they are committed, on a connection that cannot write. */
export class SqliteLog implements StoredLog {
  readonly #db: DatabaseSync;
  readonly #segments: StatementSync;
  readonly #newest: StatementSync;
  readonly #tile: StatementSync;
  readonly #detail: StatementSync;
  /** Prepared when it is asked: a database without an index can still be read and checked. */
  #find: StatementSync | undefined;
  /** The bundle read last: entries are mostly read one after the other. */
  #bundle: { readonly n: number; readonly entries: Uint8Array[] } = { n: -1, entries: [] };

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#segments = db.prepare(
      'SELECT first, count, entries, root FROM segments WHERE first >= ? AND first < ? ORDER BY first',
    );
    this.#newest = db.prepare('SELECT first, count, root FROM segments ORDER BY first DESC LIMIT 1');
    this.#tile = db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?');
    this.#detail = db.prepare('SELECT salt, detail FROM details WHERE commitment = ?');
  }

  head(): { size: number; root: Hash | undefined } {
    const row = this.#newest.get();
    if (!row) return { size: 0, root: undefined };
    return {
      size: Number(row['first']) + Number(row['count']),
      root: row['root'] === null ? undefined : blob(row['root']),
    };
  }

  /** The segments of a bundle, in order, from that of entry `from` of it on. */
  segments(n: number, from = 0): Segment[] {
    return this.#segments.all(n * TILE_WIDTH + from, (n + 1) * TILE_WIDTH).map((row) => ({
      first: Number(row['first']),
      count: Number(row['count']),
      entries: blob(row['entries']),
      root: row['root'] === null ? null : blob(row['root']),
    }));
  }

  /** The entries of a bundle, at least the first `width` where there are so many. What was read once only grows. */
  #entriesOf(n: number, width: number): readonly Uint8Array[] {
    if (this.#bundle.n !== n) this.#bundle = { n, entries: [] };
    const { entries } = this.#bundle;
    if (entries.length < width)
      for (const { entries: bytes, count } of this.segments(n, entries.length))
        entries.push(...decodeBundle(bytes, count));
    return entries;
  }

  entries(from: number, to: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    for (let n = Math.floor(from / TILE_WIDTH); n * TILE_WIDTH < to; n += 1) {
      const base = n * TILE_WIDTH;
      const entries = this.#entriesOf(n, Math.min(TILE_WIDTH, to - base));
      found.push(...entries.slice(Math.max(0, from - base), to - base));
      if (entries.length < TILE_WIDTH) break;
    }
    return found;
  }

  /** The bytes of a bundle of `width` entries: its segments one after the other, cut where it ends. */
  bundle(n: number, width: number): Uint8Array {
    const bytes = concat(...this.segments(n).map(({ entries }) => entries));
    const end = endOfEntries(bytes, width);
    if (end > bytes.length) throw new Error(`the database lost entries of bundle ${n}`);
    return bytes.slice(0, end);
  }

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
    if (level === 'entries') return this.bundle(n, width);
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

  *state(): Generator<Change> {
    for (const row of this.#db.prepare('SELECT kind, id, "row" FROM state').iterate())
      yield { kind: String(row['kind']), id: String(row['id']), row: JSON.parse(String(row['row'])) };
  }

  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined {
    const row = this.#detail.get(commitment);
    const salt = row && blob(row['salt']);
    return salt && !equal(salt, NO_SALT) ? { salt, detail: String(row['detail']) } : undefined;
  }

  find(key: number, before: number, limit: number): number[] {
    this.#find ??= this.#db.prepare(
      'SELECT entry FROM places WHERE key = ? AND entry < ? ORDER BY entry DESC LIMIT ?',
    );
    const most = Number.isFinite(limit) ? limit : -1; // SQLite's word for no limit
    return this.#find.all(key, before, most).map((row) => Number(row['entry']));
  }

  indexed(): number {
    return Number(this.#db.prepare('SELECT size FROM indexed').get()?.['size'] ?? 0);
  }
}
