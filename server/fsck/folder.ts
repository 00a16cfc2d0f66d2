import { opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ProofError } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, type Tile, parseTilePath, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import type { Finding, TlogReader } from '#shared/log/tiles/types.ts';
import { firstDifference } from '#shared/log/tiles/weigh.ts';
import { cutFrom, fileIn, tileFile } from './files.ts';
import type { Pool } from './pool.ts';

/** A log in a folder, as C2SP tlog-tiles lays it out. */
export function folderReader(folder: string, pool: Pool): TlogReader {
  return {
    tile: (tile) => Promise.resolve(tileFile(folder, tile)),
    bundle: (n, width) => Promise.resolve(tileFile(folder, { level: 'entries', n, width })),
    weigh: (from, to, size) => pool.run({ kind: 'folder', folder, from, to, size }),
  };
}

/** How many files are named one by one; more of them are counted. */
const MAX_NAMED_FILES = 20;

/**
 * Files that a folder has beside those of the tree: partial tiles of earlier sizes, which must be beginnings of the
 * ones that were checked; what lies beyond the signed size; and what is no part of a log.
 */
export async function* extraFiles(folder: string, size: number): AsyncGenerator<Finding> {
  let beyond = 0;
  const strange: string[] = [];
  const dir = await opendir(folder, { recursive: true });
  for await (const file of dir) {
    if (file.isDirectory()) continue;
    const path = relative(folder, join(file.parentPath, file.name)).split(sep).join('/');
    if (path === 'checkpoint') continue;
    const tile = asTile(path);
    if (!tile) strange.push(path);
    else if (!isWithin(tile, size)) beyond += 1;
    else yield* earlierPartial(folder, tile, size);
  }
  if (beyond > 0)
    yield {
      state: 'note',
      part: 'file',
      sentence: `${beyond} ${beyond === 1 ? 'tile lies' : 'tiles lie'} beyond the signed ${size} entries and ${beyond === 1 ? 'was' : 'were'} not judged.`,
    };
  if (strange.length > 0)
    yield {
      state: 'note',
      part: 'file',
      sentence: `${strange.length} ${strange.length === 1 ? 'file is' : 'files are'} no part of a log: ${strange.sort().slice(0, MAX_NAMED_FILES).join(', ')}${strange.length > MAX_NAMED_FILES ? ' …' : ''}.`,
    };
}

function asTile(path: string): Tile | undefined {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}

const isWithin = ({ level, n, width }: Tile, size: number): boolean =>
  width <= (tileAt(level, n, size)?.width ?? 0);

function* earlierPartial(folder: string, tile: Tile, size: number): Generator<Finding> {
  const widest = tileAt(tile.level, tile.n, size);
  if (!widest || widest.width === tile.width) return;
  const earlier = fileIn(folder, tilePath(tile));
  const bytes = cutFrom(tileFile(folder, widest), tile);
  if (!earlier || !bytes) return;
  const isBeginning = earlier.length === bytes.length && Buffer.compare(earlier, bytes) === 0;
  if (isBeginning) return;
  const span = TILE_WIDTH ** (tile.level === 'entries' ? 0 : tile.level);
  const differs = tile.level === 'entries' ? 0 : (firstDifference(earlier, bytes) ?? 0);
  yield {
    state: 'failed',
    part: tile.level === 'entries' ? 'entry' : 'tile',
    path: tilePath(tile),
    index: (tile.n * TILE_WIDTH + differs) * span,
    sentence: `${tilePath(tile)}, of an earlier size, is not the beginning of ${tilePath(widest)}.`,
  };
}
