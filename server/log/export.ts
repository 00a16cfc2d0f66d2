import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equal, utf8 } from '#shared/bytes.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { type Checkpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { sha256 } from '../sha256.ts';
import type { StoredLog } from './store.ts';

/** Every tile and bundle under a checkpoint over `size` entries. */
function* filesOf(size: number): Generator<Tile> {
  for (const tile of tilesOf(size)) {
    yield tile;
    const bundle = tile.level === 0 ? tileAt('entries', tile.n, size) : undefined;
    if (bundle) yield bundle;
  }
}

/** Index after the last entry that a full tile spans. */
const endOf = ({ level, n, width }: Tile): number =>
  width < TILE_WIDTH ? Infinity : (n + 1) * TILE_WIDTH ** (level === 'entries' ? 1 : level + 1);

/** Puts a file in place whole or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

/** Entries that the folder holds of this very log from an earlier export; 0 where it holds none. */
function earlier(store: StoredLog, origin: string, size: number, folder: string): number {
  const path = join(folder, 'checkpoint');
  if (!existsSync(path)) return 0;
  const held = parseCheckpoint(parseNote(readFileSync(path)).text);
  const isOurs =
    held.origin === origin &&
    held.size <= size &&
    equal(Edge.fromTiles(sha256, store.derive, held.size).root(), held.root);
  if (!isOurs)
    throw new Error(
      `${folder} holds ${held.size} entries of ${held.origin}, which this log does not extend. Export into another folder.`,
    );
  return held.size;
}

export interface Exported {
  readonly files: number;
  /** Those that were there from an earlier export. */
  readonly kept: number;
}

/**
 * Writes the log under a signed checkpoint into a folder, as C2SP tlog-tiles lays it out: `checkpoint`, `tile/…`,
 * `tile/entries/…`. Full tiles that are there stay; the checkpoint comes last, so that a folder which was left in the
 * middle is still the log of before. Throws where the rows do not lead to the checkpoint's root.
 */
export async function exportLog(
  store: StoredLog,
  { origin, size, root, note }: Checkpoint & { readonly note: string },
  folder: string,
  progress: (done: number, of: number) => void = () => undefined,
): Promise<Exported> {
  const edge = Edge.fromTiles(sha256, store.derive, size);
  if (!equal(edge.root(), root))
    throw new Error(
      'The database does not lead to the root that was signed. Run `countersign log fsck` on the data folder.',
    );
  const before = earlier(store, origin, size, folder);
  let files = 0;
  let kept = 0;
  let done = 0;
  for (const tile of filesOf(size)) {
    const path = join(folder, tilePath(tile));
    files += 1;
    // A full tile never changes: one under an earlier checkpoint stays unread, one that a broken-off export left is compared.
    const isKnown = endOf(tile) <= before && existsSync(path);
    const bytes = isKnown ? undefined : (edge.partial(tile) ?? store.derive(tile));
    if (!bytes || (existsSync(path) && equal(readFileSync(path), bytes))) kept += 1;
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, bytes);
    }
    if (tile.level === 'entries') progress((done += tile.width), size);
  }
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, 'checkpoint'), utf8(note));
  return { files, kept };
}
