import { HASH_BYTES, type Hash, type Hasher, emptyRoot } from '#shared/log/merkle/hash.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath, tileRoot } from '#shared/log/merkle/tiles.ts';
import { edgeTiles, provenEdge, rebuilt } from './edge.ts';
import type { Finding, Heard, Judged, TlogReader } from './types.ts';
import { type Weighed, firstDifference, leavesIn, sameHash } from './weigh.ts';

/** Bundles that are weighed at once, and how many such runs are on their way. */
const RUN = 32;

export interface CheckOptions {
  readonly sha256: Hasher;
  /** Runs of bundles that are read at once. */
  readonly concurrency: number;
  /** An earlier checkpoint that somebody kept: this log must extend it. */
  readonly held?: { readonly size: number; readonly root: Hash };
}

/** The hashes of a tile above level 0. `proven` where they lead to the signed root. */
interface Above {
  readonly n: number;
  readonly bytes: Uint8Array | undefined;
  readonly proven: boolean;
}

/**
 * Checks the tree of any C2SP tlog-tiles log under a checkpoint: the tiles of the right edge against the signed root,
 * every tile against the hash that the one above has of it, and every entry against its hash. From the top down, so
 * that whatever differs from a proven hash is known to be what is wrong. Memory does not grow with the log.
 */
export async function* checkTree(
  reader: TlogReader,
  checkpoint: { size: number; root: Hash },
  options: CheckOptions,
): AsyncGenerator<Heard, Judged, void> {
  const { size, root } = checkpoint;
  const { sha256, concurrency } = options;
  if (size === 0) {
    if (!sameHash(root, emptyRoot(sha256)))
      yield { state: 'failed', part: 'root', sentence: 'The root of an empty log is another one.' };
    return { bytes: 0, entries: 0 };
  }
  const tree = new Tree(reader, checkpoint, sha256);
  yield* tree.proveEdge();
  let bytes = 0;
  let entries = 0;
  const bundles = Math.ceil(size / TILE_WIDTH);
  for await (const weighed of inOrder(reader, bundles, size, concurrency)) {
    const finding = await tree.judge(weighed);
    yield* tree.told();
    if (finding) yield finding;
    bytes += weighed.bytes;
    if (!finding) entries += weighed.entries ?? 0;
    if (weighed.n % RUN === RUN - 1) yield { state: 'checking', done: weighed.n * TILE_WIDTH, of: size };
  }
  yield* tree.ended();
  if (options.held) yield* extendsHeld(reader, checkpoint, options.held, sha256);
  return { bytes, entries };
}

/** The bundles one after the other, some runs of them read ahead. */
async function* inOrder(
  reader: TlogReader,
  bundles: number,
  size: number,
  concurrency: number,
): AsyncGenerator<Weighed> {
  const ahead: Promise<Weighed[]>[] = [];
  let next = 0;
  try {
    while (next < bundles || ahead.length > 0) {
      while (ahead.length < concurrency && next < bundles) {
        const run = reader.weigh(next, Math.min(next + RUN, bundles), size);
        run.catch(() => undefined); // whoever stops early need not hear of the others
        ahead.push(run);
        next += RUN;
      }
      yield* (await ahead.shift()) ?? [];
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

class Tree {
  readonly #reader: TlogReader;
  readonly #sha256: Hasher;
  readonly #size: number;
  readonly #root: Hash;
  #edge: Map<string, Uint8Array> | undefined;
  /** The tile of each level that was looked at last. */
  readonly #above = new Map<number, Above>();
  #waiting: Finding[] = [];
  /** Entries from 0 on whose bundles are not there, and whether there may be more of them. */
  #prunedTo = 0;
  #isPruning = true;

  constructor(reader: TlogReader, { size, root }: { size: number; root: Hash }, sha256: Hasher) {
    this.#reader = reader;
    this.#size = size;
    this.#root = root;
    this.#sha256 = sha256;
  }

  /** The findings about tiles above that came up meanwhile. */
  told(): Finding[] {
    return this.#waiting.splice(0);
  }

  async *proveEdge(): AsyncGenerator<Finding> {
    this.#edge = await provenEdge(this.#sha256, this.#reader, { size: this.#size, root: this.#root });
    if (!this.#edge) {
      yield {
        state: 'failed',
        part: 'root',
        sentence: `Neither the tiles nor the entries lead to the root that was signed over ${this.#size} entries.`,
      };
      return;
    }
    for (const tile of edgeTiles(this.#size)) {
      if (tile.level === 0) continue; // judged with its entries
      const proven = this.#edge.get(tilePath(tile));
      const stored = await this.#reader.tile(tile);
      if (proven && !(stored && sameHash(stored, proven))) yield wrongTile(tile, stored, proven);
    }
  }

  /** The hash that the tile above has of full tile `n` of a level, and whether it is proven. */
  async #expected(level: number, n: number): Promise<{ hash: Hash | undefined; proven: boolean }> {
    const above = await this.#tileAbove(level + 1, Math.floor(n / TILE_WIDTH));
    const at = (n % TILE_WIDTH) * HASH_BYTES;
    return { hash: above.bytes?.subarray(at, at + HASH_BYTES), proven: above.proven };
  }

  async #tileAbove(level: number, n: number): Promise<Above> {
    const last = this.#above.get(level);
    if (last?.n === n) return last;
    const read = { n, ...(await this.#readAbove(level, n)) };
    this.#above.set(level, read);
    return read;
  }

  async #readAbove(level: number, n: number): Promise<Omit<Above, 'n'>> {
    const tile = tileAt(level, n, this.#size);
    if (!tile) throw new Error(`a tree of ${this.#size} has no tile ${n} at level ${level}`);
    if (tile.width < TILE_WIDTH) {
      const proven = this.#edge?.get(tilePath(tile));
      return proven
        ? { bytes: proven, proven: true }
        : { bytes: await this.#reader.tile(tile), proven: false };
    }
    const bytes = await this.#reader.tile(tile);
    const expected = await this.#expected(level, n);
    const isLong = bytes?.length === TILE_WIDTH * HASH_BYTES;
    if (isLong && sameHash(tileRoot(this.#sha256, tile, bytes), expected.hash))
      return { bytes, proven: expected.proven };
    for (const from of ['tiles', 'entries', 'either'] as const) {
      const other = await rebuilt(this.#sha256, this.#reader, tile, from);
      if (!other || !sameHash(tileRoot(this.#sha256, tile, other), expected.hash)) continue;
      this.#waiting.push(wrongTile(tile, bytes, other));
      return { bytes: other, proven: expected.proven };
    }
    if (bytes) this.#waiting.push(wrongTile(tile, bytes, undefined));
    // Pruned with all that is below it, or judged there.
    return { bytes: undefined, proven: false };
  }

  /** What is wrong with a bundle or the tile of its hashes, if anything is. */
  async judge(weighed: Weighed): Promise<Finding | undefined> {
    const { n, width } = weighed;
    if (width < TILE_WIDTH) return await this.#judgeEdge(weighed);
    const first = n * TILE_WIDTH;
    const tile: Tile = { level: 0, n, width };
    const { hash, proven } = await this.#expected(0, n);
    const isTileRight = proven && sameHash(weighed.byTile, hash);
    const areEntriesRight = proven && sameHash(weighed.byEntries, hash);
    if (isTileRight && areEntriesRight) {
      this.#endPruning();
      return this.#excess(weighed);
    }
    // A log may prune a prefix of itself (C2SP tlog-tiles, "Pruning").
    if (this.#isPruning && weighed.entries === undefined && (isTileRight || weighed.tile === undefined)) {
      this.#prunedTo = first + width;
      return undefined;
    }
    this.#endPruning();
    if (isTileRight) return wrongEntry(weighed);
    if (areEntriesRight)
      return {
        state: 'failed',
        part: 'tile',
        path: tilePath(tile),
        index: first + (weighed.differs ?? (weighed.tile ?? 0) / HASH_BYTES),
        sentence: sayTile(weighed, tilePath(tile)),
      };
    return this.#unproven(weighed, proven, hash);
  }

  /** The partial bundle at the edge, against the partial tile that leads to the root. */
  async #judgeEdge(weighed: Weighed): Promise<Finding | undefined> {
    const { n, width } = weighed;
    const first = n * TILE_WIDTH;
    const tile: Tile = { level: 0, n, width };
    const proven = this.#edge?.get(tilePath(tile));
    this.#endPruning();
    if (!proven) return this.#unproven(weighed, false, undefined);
    const stored = await this.#reader.tile(tile);
    const isTileRight = stored !== undefined && sameHash(stored, proven);
    const isRight =
      isTileRight && weighed.entries === width && weighed.differs === undefined && weighed.tile !== undefined;
    if (isRight) return this.#excess(weighed);
    if (isTileRight) return wrongEntry(weighed);
    const wrong = (stored && firstDifference(stored, proven)) ?? (stored?.length ?? 0) / HASH_BYTES;
    return {
      state: 'failed',
      part: 'tile',
      path: tilePath(tile),
      index: first + Math.min(wrong, width - 1),
      sentence: sayTile(weighed, tilePath(tile)),
    };
  }

  /** Neither the entries nor their tile are what was signed, or what was signed over them cannot be told. */
  #unproven(weighed: Weighed, proven: boolean, hash: Hash | undefined): Finding | undefined {
    const { n, width, differs, entries, tile } = weighed;
    const first = n * TILE_WIDTH;
    const last = first + width - 1;
    const base = { state: 'failed', part: 'entry', path: tilePath({ level: 'entries', n, width }) } as const;
    if (entries === undefined && tile === undefined)
      return { ...base, index: first, sentence: `Entries ${first} to ${last} and their hashes are missing.` };
    if (differs !== undefined)
      return {
        ...base,
        index: first + differs,
        sentence: `Entry ${first + differs} and its hash in the tile differ, and neither leads to the signed root.`,
      };
    if (entries !== width) return wrongEntry(weighed);
    if (tile !== width * HASH_BYTES)
      return {
        ...base,
        part: 'tile',
        index: first,
        sentence: sayTile(weighed, tilePath({ level: 0, n, width })),
      };
    if (proven || (hash !== undefined && !sameHash(weighed.byTile, hash)))
      return {
        ...base,
        index: first,
        sentence: `Entries ${first} to ${last} are not those that were signed: they agree with their tile, and not with the one above it.`,
      };
    return undefined; // it agrees with itself; that nothing leads to the root was said
  }

  #excess({ n, width, excess }: Weighed): Finding | undefined {
    if (excess === 0) return undefined;
    const last = n * TILE_WIDTH + width - 1;
    return {
      state: 'failed',
      part: 'entry',
      path: tilePath({ level: 'entries', n, width }),
      index: last + 1,
      sentence: `The bundle has ${excess} bytes more after entry ${last} than were signed.`,
    };
  }

  #endPruning(): void {
    if (this.#isPruning && this.#prunedTo > 0) this.#waiting.push(prunedTo(this.#prunedTo));
    this.#isPruning = false;
  }

  /** What is left to say at the end. */
  ended(): Finding[] {
    this.#endPruning();
    return this.told();
  }
}

const prunedTo = (end: number): Finding => ({
  state: 'unknown',
  part: 'entry',
  index: 0,
  sentence: `Entries 0 to ${end - 1} are not there. A log may prune its oldest entries; whether it was meant to, only its keeper knows.`,
});

function wrongEntry({ n, width, entries, differs }: Weighed): Finding {
  const first = n * TILE_WIDTH;
  const base = { state: 'failed', part: 'entry', path: tilePath({ level: 'entries', n, width }) } as const;
  if (entries === undefined)
    return { ...base, index: first, sentence: `Entries ${first} to ${first + width - 1} are missing.` };
  const index = first + (differs ?? entries);
  return {
    ...base,
    index,
    sentence:
      differs === undefined
        ? `Entry ${index} is missing or cut off.`
        : `Entry ${index} is not the one that was signed.`,
  };
}

const sayTile = ({ tile, width }: Weighed, path: string): string =>
  tile === undefined
    ? `${path} is missing.`
    : tile === width * HASH_BYTES
      ? `${path} is wrong; the entries under it are the signed ones.`
      : `${path} is ${tile} bytes long and should be ${width * HASH_BYTES}.`;

/** `proven` are the hashes that lead to the root, where they could be found. */
function wrongTile(tile: Tile, stored: Uint8Array | undefined, proven: Uint8Array | undefined): Finding {
  const path = tilePath(tile);
  const span = TILE_WIDTH ** Number(tile.level);
  const differs = stored && proven ? (firstDifference(stored, proven) ?? 0) : 0;
  const index = (tile.n * TILE_WIDTH + differs) * span;
  const sentence = !stored
    ? `${path} is missing; what lies below it leads to the signed root.`
    : stored.length !== tile.width * HASH_BYTES
      ? `${path} is ${stored.length} bytes long and should be ${tile.width * HASH_BYTES}.`
      : proven
        ? `${path} is wrong from hash ${differs} on; what lies below it leads to the signed root.`
        : `${path} does not lead to the signed root, and neither does what lies below it.`;
  return { state: 'failed', part: 'tile', path, index, sentence };
}

/** Whether the tree of an earlier checkpoint is a beginning of this one. */
async function* extendsHeld(
  reader: TlogReader,
  { size, root }: { size: number; root: Hash },
  held: { size: number; root: Hash },
  sha256: Hasher,
): AsyncGenerator<Finding> {
  const failed = { state: 'failed', part: 'held' } as const;
  if (held.size > size) {
    yield {
      ...failed,
      index: size,
      sentence: `The checkpoint that was kept is over ${held.size} entries; this log has ${size}. What was signed was taken away.`,
    };
    return;
  }
  const found = held.size === size ? root : await rootAt(reader, held.size, size, sha256);
  if (!found)
    yield { state: 'unknown', part: 'held', sentence: 'The tiles for the kept checkpoint are missing.' };
  else if (!sameHash(found, held.root))
    yield {
      ...failed,
      sentence: `This log does not extend the checkpoint over ${held.size} entries that was kept: it is another history.`,
    };
}

/** The root over the first `held` entries of a tree of `size`. */
async function rootAt(
  reader: TlogReader,
  held: number,
  size: number,
  sha256: Hasher,
): Promise<Hash | undefined> {
  if (held === 0) return emptyRoot(sha256);
  const tiles = new Map<string, Uint8Array>();
  for (const tile of edgeTiles(held)) {
    const widest = tileAt(tile.level, tile.n, size);
    let bytes = widest && (await reader.tile(widest));
    if (!bytes && widest?.level === 0) {
      const bundle = await reader.bundle(widest.n, widest.width);
      bytes = bundle && leavesIn(sha256, bundle, widest.width).leaves;
    }
    if (!bytes || bytes.length < tile.width * HASH_BYTES) return undefined;
    tiles.set(tilePath(tile), bytes.subarray(0, tile.width * HASH_BYTES));
  }
  return rootFromTiles(sha256, (tile) => tiles.get(tilePath(tile)) ?? new Uint8Array(), held);
}
