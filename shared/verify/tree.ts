import { equal, toBase64url } from '#shared/bytes.ts';
import { HASH_BYTES, type Hasher, ProofError, leafHash } from '#shared/log/merkle/hash.ts';
import {
  TILE_WIDTH,
  type Tile,
  mustBeTile,
  tileAt,
  tilePath,
  tileRoot,
  tilesOf,
} from '#shared/log/merkle/tiles.ts';
import type { Checkpoint } from '#shared/log/note/checkpoint.ts';
import type { Evidence } from './evidence.ts';
import { Hashes, leavesOf } from './hashes.ts';
import { Fault, type Placed, type Step } from './types.ts';

/** How many tiles of leaves and bundles are kept after they were read: touches mostly pin heads of late. */
const KEPT = 8;

/**
 * What lies under a checkpoint, once its hashes were shown to lead to the root. Everything that is read through it is
 * held against those hashes, so that a source which gives other bytes the second time is found out.
 */
export class ProvenTree {
  readonly #evidence: Evidence;
  readonly #hashes: Hashes;
  readonly #leaves = new Map<number, Promise<Uint8Array | undefined>>();
  readonly #bundles = new Map<number, Promise<readonly Placed[]>>();

  constructor(evidence: Evidence, hashes: Hashes) {
    this.#evidence = evidence;
    this.#hashes = hashes;
  }

  get size(): number {
    return this.#hashes.size;
  }

  /**
   * The root over the first `size` entries, base64url; undefined where there are not so many. Throws Fault where the
   * hashes for it are not there: what asks for a root is about to be compared with it, and uncompared it says nothing.
   */
  async root(size: number): Promise<string | undefined> {
    if (size > this.size) return undefined;
    if (size % TILE_WIDTH === 0) return toBase64url(this.#hashes.root(size, new Uint8Array()));
    const n = Math.floor(size / TILE_WIDTH);
    const leaves = await this.#leavesIn(n);
    if (!leaves)
      throw new Fault(
        'failed',
        `${tilePath({ level: 0, n, width: TILE_WIDTH })}, by which the history of ${size} entries would be compared, is missing.`,
      );
    return toBase64url(this.#hashes.root(size, leaves));
  }

  /** The leaf hashes of bundle `n`; undefined where they are not there. */
  #leavesIn(n: number): Promise<Uint8Array | undefined> {
    return kept(this.#leaves, n, async () => {
      const tile = tileAt(0, n, this.size);
      if (!tile) return undefined;
      if (tile.width < TILE_WIDTH) return this.#hashes.edge;
      const bytes = await this.#evidence.tile(tile);
      if (!bytes) return undefined;
      const { sha256 } = this.#hashes;
      mustBeLong(() => mustBeTile(tile, bytes));
      if (!equal(tileRoot(sha256, tile, bytes), this.#hashes.rootOfTile(n)))
        throw new Fault('failed', `${tilePath(tile)} changed while it was being read.`);
      return bytes;
    });
  }

  /** The entries of bundle `n` that are there, each proven by its hash. Throws Fault, naming the first that differs. */
  bundle(n: number): Promise<readonly Placed[]> {
    return kept(this.#bundles, n, async () => {
      const first = n * TILE_WIDTH;
      const width = Math.min(TILE_WIDTH, this.size - first);
      const { whole } = this.#evidence;
      const { entries, excess } = await this.#evidence.entries(n, width);
      if (entries.length === 0 && !whole) return entries;
      const leaves = await this.#leavesIn(n);
      if (!leaves)
        throw new Fault(
          'failed',
          `Entry ${entries[0]?.index} comes without the hashes that would prove it.`,
          entries[0]?.index,
        );
      const missing = whole ? firstMissing(entries, first, width) : undefined;
      const wrong = firstWrong(this.#hashes.sha256, entries, leaves, first);
      if (wrong !== undefined && wrong < (missing ?? Infinity))
        throw new Fault('failed', `Entry ${wrong} is not what the log was signed over.`, wrong);
      if (missing !== undefined) throw new Fault('failed', `Entry ${missing} is missing.`, missing);
      if (excess > 0)
        throw new Fault(
          'failed',
          `There is more data with entries ${first} to ${first + width - 1} than was signed.`,
        );
      return entries;
    });
  }

  /** Every entry that is there, in order. */
  async *entries(): AsyncGenerator<Placed> {
    for (let n = 0; n * TILE_WIDTH < this.size; n++) yield* await this.bundle(n);
  }

  /** The bytes of one entry, where it is there. */
  async entry(index: number): Promise<Uint8Array | undefined> {
    if (index >= this.size) return undefined;
    const bundle = await this.bundle(Math.floor(index / TILE_WIDTH));
    return bundle.find((placed) => placed.index === index)?.bytes;
  }
}

/** What was read under `n` before, or reads it; the newest few are kept. */
function kept<T>(cache: Map<number, Promise<T>>, n: number, read: () => Promise<T>): Promise<T> {
  const found = cache.get(n) ?? read();
  cache.delete(n);
  cache.set(n, found);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
  return found;
}

/** Index of the first of these entries whose hash is not among the leaves in its place. */
function firstWrong(
  sha256: Hasher,
  entries: readonly Placed[],
  leaves: Uint8Array,
  first: number,
): number | undefined {
  return entries.find(({ index, bytes }) => {
    const at = (index - first) * HASH_BYTES;
    return !equal(leafHash(sha256, bytes), leaves.subarray(at, at + HASH_BYTES));
  })?.index;
}

/** Index of the first entry of a bundle of this width that is not there. */
function firstMissing(entries: readonly Placed[], first: number, width: number): number | undefined {
  if (entries.length === width) return undefined;
  const gap = entries.findIndex(({ index }, i) => index !== first + i);
  return first + (gap < 0 ? entries.length : gap);
}

/**
 * Reads every hash under a checkpoint and shows that they lead to its root. Throws Fault where they do not, naming
 * the entry whose hash or bytes are wrong, if they tell.
 */
export async function* proveTree(
  evidence: Evidence,
  { size, root }: Checkpoint,
  sha256: Hasher,
): AsyncGenerator<Step, ProvenTree, void> {
  const step = { key: 'tree', sentence: 'Hashing every entry.' };
  const hashes = new Hashes(sha256);
  let without = 0;
  for (let n = 0; n * TILE_WIDTH < size; n++) {
    if (n % 16 === 0) {
      yield { ...step, state: 'checking', progress: { done: n * TILE_WIDTH, of: size } };
      await aMoment();
    }
    const leaves = await leavesAt(evidence, n, size);
    if (leaves) hashes.addLeaves(leaves);
    else {
      hashes.addRoot(await rootAt(evidence, n, size));
      without += TILE_WIDTH;
    }
  }
  if (!equal(hashes.root(), root)) throw await whatIsWrong(evidence, { size, root }, sha256);
  for (const tile of tilesOf(size)) {
    if (tile.level === 0) continue;
    const carried = await evidence.tile(tile);
    if (!carried) throw missingTile(tile);
    if (!equal(carried, hashes.upper(tile)))
      throw new Fault('failed', `${tilePath(tile)} is not what the entries under it hash to.`);
  }
  const sentence =
    without === 0
      ? `The hashes of ${count(size, 'entry', 'entries')} lead to the signed root.`
      : `The hashes of ${count(size - without, 'entry', 'entries')}, and the nodes over the other ${without}, lead to the signed root.`;
  yield { ...step, state: 'ok', sentence };
  return new ProvenTree(evidence, hashes);
}

/** A page must stay awake while this runs. */
export const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The hashes of bundle `n` as the evidence names them; undefined where it names only what is above them. */
async function leavesAt(evidence: Evidence, n: number, size: number): Promise<Uint8Array | undefined> {
  const tile = tileAt(0, n, size);
  if (!tile) throw new Error(`a log of ${size} entries has no tile ${n}`);
  const leaves = await evidence.tile(tile);
  if (leaves) mustBeLong(() => mustBeTile(tile, leaves));
  else if (tile.width < TILE_WIDTH || evidence.everyTile) throw missingTile(tile);
  return leaves;
}

const missingTile = (tile: Tile): Fault =>
  new Fault('failed', `${tilePath(tile)}, without which nothing is proven, is missing.`);

/** The root of a full tile of leaves that is not there, as the tile above names it. */
async function rootAt(evidence: Evidence, n: number, size: number): Promise<Uint8Array> {
  const above = tileAt(1, Math.floor(n / TILE_WIDTH), size);
  const hashes = above && (await evidence.tile(above));
  if (!above || !hashes)
    throw new Fault(
      'failed',
      `The hashes of entries ${n * TILE_WIDTH} to ${(n + 1) * TILE_WIDTH - 1} are missing.`,
    );
  mustBeLong(() => mustBeTile(above, hashes));
  const at = (n % TILE_WIDTH) * HASH_BYTES;
  return hashes.slice(at, at + HASH_BYTES);
}

/** The hashes do not lead to the signed root: finds out what can be said of it from the entries themselves. */
async function whatIsWrong(
  evidence: Evidence,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
  sha256: Hasher,
): Promise<Fault> {
  const fromEntries = new Hashes(sha256);
  let wrong: number | undefined;
  let isWhole = evidence.whole;
  for (let n = 0; n * TILE_WIDTH < size; n++) {
    await aMoment();
    const first = n * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, size - first);
    const leaves = await leavesAt(evidence, n, size);
    const { entries } = await evidence.entries(n, width);
    if (leaves) wrong ??= firstWrong(sha256, entries, leaves, first);
    if (isWhole) wrong ??= firstMissing(entries, first, width);
    isWhole &&= entries.length === width;
    const bytes = entries.map((entry) => entry.bytes);
    if (isWhole) fromEntries.addLeaves(leavesOf(sha256, bytes));
  }
  if (wrong === undefined)
    return new Fault('failed', `The hashes of the ${size} entries do not lead to the root that was signed.`);
  return new Fault(
    'failed',
    isWhole && equal(fromEntries.root(), root)
      ? `The tiles name another hash for entry ${wrong} than the one that was signed.`
      : `Entry ${wrong} does not agree with its hash, and neither leads to the signed root.`,
    wrong,
  );
}

function mustBeLong(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new Fault('failed', `A tile has another length than it should: ${error.message}.`);
  }
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
