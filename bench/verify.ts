import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Edge } from '#shared/log/merkle/edge.ts';
import { encodeBundle } from '#shared/log/merkle/bundle.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { proveInclusion, proveConsistency } from '#shared/log/merkle/prove.ts';
import { TILE_WIDTH, type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { utf8 } from '#shared/bytes.ts';
import { fsck } from '../server/fsck/fsck.ts';
import { sha256 } from '../server/sha256.ts';
import { compare, inFolder } from './measure.ts';
import { entryBytes } from './subject.ts';

const SIZE = 1_000_000;

/** The bytes of entry `i`: as long as one of ours, each another. */
function entryAt(i: number): Uint8Array {
  const bytes = new Uint8Array(entryBytes);
  new DataView(bytes.buffer).setUint32(bytes.length - 8, i);
  return bytes;
}

/** Writes a log of so many entries as tiles, with a checkpoint that nobody signed. */
function writeLog(folder: string, size: number): void {
  const edge = new Edge(sha256);
  const put = (tile: Tile, bytes: Uint8Array): void => {
    const path = join(folder, tilePath(tile));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
  for (let n = 0; n * TILE_WIDTH < size; n += 1) {
    const width = Math.min(TILE_WIDTH, size - n * TILE_WIDTH);
    const entries = Array.from({ length: width }, (_, i) => entryAt(n * TILE_WIDTH + i));
    put({ level: 'entries', n, width }, encodeBundle(entries));
    for (const entry of entries)
      for (const tile of edge.append(leafHash(sha256, entry))) put(tile, tile.bytes);
  }
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    const tile = tileAt(level, Math.floor(size / TILE_WIDTH ** (level + 1)), size);
    const bytes = tile && edge.partial(tile);
    if (tile && bytes) put(tile, bytes);
  }
  const text = formatCheckpoint({ origin: 'bench.example/1', size, root: edge.root() });
  writeFileSync(
    join(folder, 'checkpoint'),
    `${text}\n\u2014 bench.example/1 ${Buffer.alloc(68).toString('base64')}\n`,
  );
}

/** Seconds for SHA-256 alone over bytes as many and as long as the entries of the log, on one core. */
function bare(): number {
  const entry = entryAt(0);
  const start = performance.now();
  for (let i = 0; i < SIZE; i += 1) hash('sha256', entry, 'binary');
  return (performance.now() - start) / 1000;
}

/** `log fsck` of a million entries beside the bare hashes of the same bytes (goal 9). */
export function verify(): Promise<void> {
  return inFolder(async (folder) => {
    writeLog(folder, SIZE);
    await compare(`log fsck of ${SIZE.toLocaleString('en')} entries of ${entryBytes.length} bytes`, 's', [
      { name: 'SHA-256 of the entries alone, one core', run: bare },
      {
        name: 'log fsck of the folder, leaves and tree',
        async run() {
          const start = performance.now();
          const { state, sentence } = await fsck({ kind: 'folder', folder }, {}, () => undefined);
          if (state !== 'ok') throw new Error(sentence);
          return (performance.now() - start) / 1000;
        },
      },
    ]);
    console.log(`  peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  });
}

/** Proofs at three sizes, from tiles in memory: time must grow with the depth and no more (goal 10). */
export async function proofs(): Promise<void> {
  for (const size of [1000, 100_000, 1_000_000]) {
    const edge = new Edge(sha256);
    const tiles = new Map<string, Uint8Array>();
    for (let i = 0; i < size; i += 1)
      for (const tile of edge.append(leafHash(sha256, utf8(`entry ${i}`))))
        tiles.set(tilePath(tile), tile.bytes);
    const read = (tile: Tile): Uint8Array => {
      const full = tiles.get(tilePath({ ...tile, width: TILE_WIDTH }));
      const bytes = edge.partial(tile) ?? full?.subarray(0, tile.width * 32);
      if (!bytes) throw new Error(`no ${tilePath(tile)}`);
      return bytes;
    };
    const times = (work: (i: number) => unknown): number => {
      const start = performance.now();
      for (let i = 0; i < 1000; i += 1) work(Math.floor((i * size) / 1000));
      return 1_000_000 / (performance.now() - start);
    };
    const pair = new Uint8Array(65);
    await compare(`proofs at ${size.toLocaleString('en')} entries`, 'per s', [
      {
        name: 'one SHA-256 of 65 bytes',
        run: () => times(() => hash('sha256', pair, 'binary')),
      },
      { name: 'inclusion', run: () => times((i) => proveInclusion(sha256, read, i, size)) },
      { name: 'consistency', run: () => times((i) => proveConsistency(sha256, read, Math.max(1, i), size)) },
    ]);
  }
}
