import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Tile, tileAt, tilePath, tilesOf } from '#shared/merkle/tiles.ts';
import type { Source } from '#shared/verify/types.ts';
import type { Log } from './log.ts';

/** Every tile and bundle under a checkpoint over `size` entries. */
function* filesOf(size: number): Generator<Tile> {
  for (const tile of tilesOf(size)) {
    yield tile;
    const bundle = tile.level === 0 ? tileAt('entries', tile.n, size) : undefined;
    if (bundle) yield bundle;
  }
}

/**
 * Writes the log as it is under its newest checkpoint into a folder, as C2SP tlog-tiles lays it out: `checkpoint`,
 * `tile/…`, `tile/entries/…`. Whoever holds the log key verifies the folder without the server.
 */
export async function exportLog(log: Log, folder: string): Promise<void> {
  const { note, size } = log.head;
  for (const tile of filesOf(size)) {
    const bytes = log.reader.tile(tile);
    if (!bytes) throw new Error(`the log has no ${tilePath(tile)}`);
    const file = join(folder, tilePath(tile));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'checkpoint'), note);
}

/** Reads the files of a log from a folder, for the verifier. */
export const folderSource =
  (folder: string): Source =>
  async (path) => {
    try {
      return new Uint8Array(await readFile(join(folder, path)));
    } catch (cause) {
      throw new Error(`${join(folder, path)} cannot be read. Export the log again, whole.`, { cause });
    }
  };
