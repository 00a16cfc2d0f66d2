import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOfEntries } from '#shared/log/merkle/bundle.ts';
import { HASH_BYTES } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import { type Weighed, weigh } from '#shared/log/tiles/weigh.ts';
import { sha256 } from '../sha256.ts';

/** The bytes of a file; undefined where there is none. Throws a sentence on anything else. */
export function fileIn(folder: string, path: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${join(folder, path)} cannot be read: ${message}.`, { cause: error });
  }
}

/** A partial tile may be gone once the full one is there (C2SP tlog-tiles, "Partial Tiles"). */
export function cutFrom(full: Uint8Array | undefined, { level, width }: Tile): Uint8Array | undefined {
  if (!full || level !== 'entries') return full?.subarray(0, width * HASH_BYTES);
  return full.subarray(0, endOfEntries(full, width));
}

export function tileFile(folder: string, tile: Tile): Uint8Array | undefined {
  const bytes = fileIn(folder, tilePath(tile));
  if (bytes || tile.width === TILE_WIDTH) return bytes;
  return cutFrom(fileIn(folder, tilePath({ ...tile, width: TILE_WIDTH })), tile);
}

/** On whatever thread this runs. */
export function weighFiles(folder: string, from: number, to: number, size: number): Weighed[] {
  return Array.from({ length: to - from }, (_, i) => {
    const tile = tileAt(0, from + i, size);
    if (!tile) throw new Error(`a tree of ${size} has no bundle ${from + i}`);
    const { n, width } = tile;
    const bundle = tileFile(folder, { level: 'entries', n, width });
    return weigh(sha256, { n, width }, bundle, tileFile(folder, tile));
  });
}
