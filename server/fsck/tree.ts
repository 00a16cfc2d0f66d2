import type { DatabaseSync } from 'node:sqlite';
import { Edge } from '#shared/log/merkle/edge.ts';
import { type Hash, emptyRoot } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, tilePath } from '#shared/log/merkle/tiles.ts';
import type { Finding, Heard, Judged } from '#shared/log/tiles/types.ts';
import { firstDifference, sameHash } from '#shared/log/tiles/weigh.ts';
import { sha256 } from '../sha256.ts';
import type { Pool } from './pool.ts';
import { type GroupEnd, type WeighedRows, weighRows } from './rows.ts';

const BUNDLES_PER_RUN = 32;

/** What the rows of a log add up to. */
export interface Tree extends Judged {
  readonly size: number;
  /** The root over the first `size` entries that were asked for, by the entries as they are. */
  readonly rootAt: (size: number) => Hash | undefined;
  /** Whether every row could be read. */
  readonly isWhole: boolean;
}

/** Entries as the newest row counts them. */
export function sizeOf(db: DatabaseSync): number {
  const row = db.prepare('SELECT first, count FROM segments ORDER BY first DESC LIMIT 1').get();
  return row ? Number(row['first']) + Number(row['count']) : 0;
}

/**
 * Adds up the rows of the log: segments to leaves, leaves to tiles, tiles to roots. `signed` are sizes whose roots the
 * caller wants, with the root that was signed there where one is known: it decides between a row and a root beside it.
 */
export async function* checkRows(
  db: DatabaseSync,
  database: string,
  pool: Pool,
  signed: ReadonlyMap<number, Hash>,
): AsyncGenerator<Heard, Tree, void> {
  const size = sizeOf(db);
  const walk = new Walk(db, database, size, signed);
  const bundles = Math.ceil(size / TILE_WIDTH);
  const ahead: Promise<WeighedRows[]>[] = [];
  let next = 0;
  while ((next < bundles || ahead.length > 0) && !walk.isLost) {
    while (ahead.length <= pool.threads && next < bundles) {
      const run = pool.run({
        kind: 'rows',
        database,
        from: next,
        to: Math.min(next + BUNDLES_PER_RUN, bundles),
        size,
      });
      run.catch(() => undefined);
      ahead.push(run);
      next += BUNDLES_PER_RUN;
    }
    for (const weighed of (await ahead.shift()) ?? []) {
      walk.take(weighed);
      yield* walk.told();
      if (walk.isLost) break;
    }
    yield { state: 'checking', done: Math.min(size, next * TILE_WIDTH), of: size };
  }
  await Promise.allSettled(ahead);
  walk.end();
  yield* walk.told();
  return walk;
}

class Walk implements Tree {
  readonly size: number;
  bytes = 0;
  entries = 0;
  isLost = false;
  isWhole = true;
  readonly #db: DatabaseSync;
  readonly #database: string;
  /** The tree without its lowest level of tiles. */
  readonly #above = new Edge(sha256);
  readonly #signed: ReadonlyMap<number, Hash>;
  readonly #roots = new Map<number, Hash>([[0, emptyRoot(sha256)]]);
  /** Groups whose root is not what their entries lead to, since the last one that was right. */
  #suspects: GroupEnd[] = [];
  #waiting: Finding[] = [];

  constructor(db: DatabaseSync, database: string, size: number, signed: ReadonlyMap<number, Hash>) {
    this.#db = db;
    this.#database = database;
    this.size = size;
    this.#signed = signed;
  }

  readonly rootAt = (size: number): Hash | undefined => this.#roots.get(size);

  told(): Finding[] {
    return this.#waiting.splice(0);
  }

  #tell(part: Finding['part'], index: number, sentence: string): void {
    this.#waiting.push({ state: 'failed', part, index, sentence });
  }

  take(weighed: WeighedRows): void {
    const { n, count, bytes, broken, differs, byEntries, byTile, groups } = weighed;
    const base = n * TILE_WIDTH;
    const should = Math.min(TILE_WIDTH, this.size - base);
    const path = tilePath({ level: 0, n, width: TILE_WIDTH });
    this.bytes += bytes;
    this.entries += count;
    if (broken !== undefined || count < should) {
      this.isWhole = false;
      const why = broken ?? `the rows of the log end at entry ${base + count}`;
      this.#tell('segment', base + count, `Entry ${base + count} cannot be read: ${why}.`);
    }
    if (should === TILE_WIDTH && weighed.tile === 'missing')
      this.#tell('tile', base, `${path} is missing from the database.`);
    if (differs === undefined) for (const group of groups) this.#group(group, group.byEntries);
    else {
      // Whichever of the two leads to the roots is right.
      const deciding = groups.filter(({ end }) => end > base + differs);
      const isEntryRight =
        deciding.length > 0
          ? deciding.some(({ byEntries, root }) => this.#is(byEntries, root))
          : byEntries !== undefined && this.#leadsOn(n, byEntries);
      if (isEntryRight)
        this.#tell(
          'tile',
          base + differs,
          `${path} is wrong; the entries under it lead to the committed roots.`,
        );
      else this.#tell('entry', base + differs, `Entry ${base + differs} is not the one that was committed.`);
      for (const group of groups)
        this.#group(group, isEntryRight || !group.byTile ? group.byEntries : group.byTile);
      if (!isEntryRight && byTile) return this.#append(byTile);
    }
    const root = byEntries ?? byTile;
    if (root && should === TILE_WIDTH) this.#append(root);
    else if (count < should) this.isLost = true;
    return undefined;
  }

  #is = (part: Hash, root: Uint8Array): boolean => sameHash(this.#above.rootWith(part), root);

  /** Whether bundle `n` with this root leads to that of the group that goes on after it, wherever that one ends. */
  #leadsOn(n: number, root: Hash): boolean {
    const above = this.#above.fork();
    let part: Hash | undefined = root;
    for (let next = n + 1; part; next += 1) {
      above.append(part);
      const [weighed] = weighRows(this.#database, next, next + 1);
      const [group] = weighed?.groups ?? [];
      if (group) return sameHash(above.rootWith(group.byEntries), group.root);
      part = weighed?.byEntries;
    }
    return false;
  }

  #group(group: GroupEnd, part: Hash): void {
    const root = this.#above.rootWith(part);
    if (this.#signed.has(group.end)) this.#roots.set(group.end, root);
    const isSigned = sameHash(this.#signed.get(group.end), root);
    if (!sameHash(root, group.root)) this.#suspects.push(group);
    if (!isSigned && !sameHash(root, group.root)) return;
    // The entries up to here lead to a root that was committed or signed: so it is the roots in between that are wrong.
    for (const { end } of this.#suspects.splice(0))
      this.#tell('segment', end - 1, `The root that was committed with entry ${end - 1} is another one.`);
  }

  /** Adds the root of a full bundle, and lays the tiles that it fills against the stored ones. */
  #append(root: Hash): void {
    for (const { level, n, bytes } of this.#above.append(root)) {
      const path = tilePath({ level: level + 1, n, width: TILE_WIDTH });
      const span = TILE_WIDTH ** (level + 1);
      const row = this.#db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?').get(level + 1, n);
      const stored = row?.['hashes'];
      if (!(stored instanceof Uint8Array)) {
        this.#tell('tile', n * TILE_WIDTH * span, `${path} is missing from the database.`);
        continue;
      }
      const differs = firstDifference(stored, bytes);
      if (differs !== undefined || stored.length !== bytes.length)
        this.#tell(
          'tile',
          (n * TILE_WIDTH + (differs ?? 0)) * span,
          `${path} is not what the tiles under it hash to.`,
        );
    }
  }

  end(): void {
    const [first] = this.#suspects;
    if (first) {
      const last = first.end - 1;
      this.#tell(
        'entry',
        first.first,
        first.first === last
          ? `Entry ${last} is not the one that was committed.`
          : `Of entries ${first.first} to ${last}, which were committed together, at least one is not what was committed.`,
      );
    }
    this.#excessTiles();
    const newest = this.#db.prepare('SELECT root FROM segments ORDER BY first DESC LIMIT 1').get();
    if (newest && newest['root'] === null)
      this.#tell('segment', this.size - 1, 'The newest row of the log carries no root.');
  }

  #excessTiles(): void {
    const tiles = this.#db.prepare('SELECT level, n FROM tiles').all();
    const size = sizeOf(this.#db); // after them: the log may have grown since its rows were added up
    for (const { level, n } of tiles) {
      const end = (Number(n) + 1) * TILE_WIDTH ** (Number(level) + 1);
      if (end > size || Number(n) < 0 || Number(level) < 0)
        this.#tell(
          'tile',
          size,
          `The database has tile ${String(n)} of level ${String(level)}, which a log of ${size} entries does not.`,
        );
    }
  }
}
