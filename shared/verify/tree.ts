import { equal, toBase64url } from '#shared/bytes.ts';
import { Edge } from '#shared/merkle/edge.ts';
import { HASH_BYTES, type Hash, ProofError, leafHash } from '#shared/merkle/hash.ts';
import { sha256 } from '#shared/merkle/sha256.ts';
import { TILE_WIDTH, mustBeTile, tileAt, tilePath, tilesOf } from '#shared/merkle/tiles.ts';
import type { Checkpoint } from '#shared/note/checkpoint.ts';
import { Fault, type Source, type Step } from './types.ts';

/** A log whose bytes are those that were signed. */
export interface Tree {
  readonly entries: Uint8Array[];
  /** `roots[n]` is the root over the first n entries, base64url. */
  readonly roots: string[];
}

/** One bundle's entries, as many as can be read of those that it should hold. */
function entriesIn(bundle: Uint8Array, width: number): { entries: Uint8Array[]; rest: number } {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const [high, low] = bundle.subarray(at, at + 2);
    const end = at + 2 + (high ?? 0) * 256 + (low ?? 0);
    if (low === undefined || end > bundle.length) break;
    entries.push(bundle.slice(at + 2, end));
    at = end;
  }
  return { entries, rest: bundle.length - at };
}

/**
 * Reads every entry and hash tile under a checkpoint into `tree` and rebuilds the tree from the entries alone. Throws
 * Fault, naming the first entry that differs from its hash.
 */
export async function* readTree(
  source: Source,
  { size, root }: Checkpoint,
  tree: Tree,
): AsyncGenerator<Step, void, void> {
  const step = { key: 'entries', sentence: 'Hashing every entry.' };
  /** Grown from the entries, and from the hashes that the tiles name for them. */
  const grown = new Edge(sha256);
  const named = new Edge(sha256);
  const full = new Map<string, Uint8Array>();
  let differs: number | undefined;
  let isWhole = true;
  tree.roots.push(toBase64url(grown.root()));
  for (let n = 0; n * TILE_WIDTH < size; n++) {
    yield { ...step, state: 'checking', progress: { done: n * TILE_WIDTH, of: size } };
    const tile = tileAt(0, n, size);
    if (!tile) throw new Error(`a log of ${size} entries has no tile ${n}`);
    const hashes = await source(tilePath(tile));
    mustBeLong(() => mustBeTile(tile, hashes));
    const bundlePath = tilePath({ ...tile, level: 'entries' });
    const { entries, rest } = entriesIn(await source(bundlePath), tile.width);
    for (let i = 0; i < tile.width; i++) {
      const hash = hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES);
      const entry = entries[i];
      const leaf = entry && leafHash(sha256, entry);
      if (!leaf || !equal(leaf, hash)) differs ??= n * TILE_WIDTH + i;
      named.append(hash);
      isWhole &&= entry !== undefined;
      if (!entry || !leaf || !isWhole) continue;
      for (const filled of grown.append(leaf)) full.set(tilePath(filled), filled.bytes);
      tree.entries.push(entry);
      tree.roots.push(toBase64url(grown.root()));
    }
    if (rest > 0 && differs === undefined)
      throw new Fault('failed', `${bundlePath} holds more than the entries that were signed.`);
    // A page must stay awake while this runs.
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (differs !== undefined)
    throw wrongEntry(differs, isWhole && equal(grown.root(), root), named.root(), root);
  if (!equal(grown.root(), root))
    throw new Fault('failed', `The ${size} entries do not hash to the root that was signed.`);
  for (const tile of tilesOf(size)) {
    if (tile.level === 0) continue;
    const path = tilePath(tile);
    const expected = full.get(path) ?? grown.partial(tile);
    if (!expected || !equal(await source(path), expected))
      throw new Fault('failed', `${path} is not what the entries under it hash to.`);
  }
  yield { ...step, state: 'ok', sentence: `${count(size, 'entry', 'entries')} hash to the signed root.` };
}

/** Which of the two is wrong, entry or hash, the signed root says. */
function wrongEntry(index: number, entriesHold: boolean, named: Hash, root: Hash): Fault {
  if (entriesHold)
    return new Fault(
      'failed',
      `The tiles name another hash for entry ${index} than the one that was signed.`,
      index,
    );
  const sentence = equal(named, root)
    ? `Entry ${index} is not what the log was signed over.`
    : `Entry ${index} does not agree with its hash, and neither leads to the signed root.`;
  return new Fault('failed', sentence, index);
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
