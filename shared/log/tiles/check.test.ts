import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { encodeBundle } from '#shared/log/merkle/bundle.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { type Hasher, leafHash } from '#shared/log/merkle/hash.ts';
import { type Tile, TILE_WIDTH, tileAt, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { checkTree } from './check.ts';
import type { Finding, TlogReader } from './types.ts';
import { weigh } from './weigh.ts';

const sha256: Hasher = (...parts) => new Uint8Array(hash('sha256', Buffer.concat(parts), 'buffer'));

type Files = Map<string, Uint8Array>;

const entryOf = (i: number): Uint8Array => utf8(`entry ${i}`);

/** A log of `size` small entries, in memory, with the root at every size in `roots`. */
function makeLog(size: number, roots: readonly number[] = []) {
  const edge = new Edge(sha256);
  const files: Files = new Map();
  const rootAt = new Map<number, Uint8Array>();
  for (let i = 0; i < size; i += 1) {
    if (roots.includes(i)) rootAt.set(i, edge.root());
    for (const tile of edge.append(leafHash(sha256, entryOf(i)))) files.set(tilePath(tile), tile.bytes);
  }
  for (const tile of tilesOf(size)) {
    const partial = edge.partial(tile);
    if (partial && tile.width < TILE_WIDTH) files.set(tilePath(tile), partial);
    const bundle = tile.level === 0 ? tileAt('entries', tile.n, size) : undefined;
    if (bundle)
      files.set(
        tilePath(bundle),
        encodeBundle(Array.from({ length: bundle.width }, (_, i) => entryOf(bundle.n * TILE_WIDTH + i))),
      );
  }
  return { files, checkpoint: { size, root: edge.root() }, rootAt };
}

function readerOf(files: Files): TlogReader {
  const read = (tile: Tile) => Promise.resolve(files.get(tilePath(tile)));
  const bundle = (n: number, width: number) => read({ level: 'entries', n, width });
  return {
    tile: read,
    bundle,
    weigh: (from, to, size) =>
      Promise.all(
        Array.from({ length: to - from }, async (_, i) => {
          const tile = tileAt(0, from + i, size)!;
          return weigh(sha256, tile, await bundle(tile.n, tile.width), await read(tile));
        }),
      ),
  };
}

async function check(
  files: Files,
  checkpoint: { size: number; root: Uint8Array },
  held?: { size: number; root: Uint8Array },
): Promise<{ findings: Finding[]; entries: number }> {
  const findings: Finding[] = [];
  const run = checkTree(readerOf(files), checkpoint, { sha256, concurrency: 2, ...(held ? { held } : {}) });
  for (;;) {
    const next = await run.next();
    if (next.done) return { findings, entries: next.value.entries };
    if (next.value.state !== 'checking') findings.push(next.value);
  }
}

/** A copy of the files in which one byte of one of them is another. */
function bent(files: Files, path: string, at: number): Files {
  const copy = new Map(files);
  const bytes = new Uint8Array(files.get(path)!);
  bytes[at] = bytes[at]! ^ 1;
  return copy.set(path, bytes);
}
const without = (files: Files, ...paths: string[]): Files => {
  const copy = new Map(files);
  for (const path of paths) if (!copy.delete(path)) throw new Error(`no ${path}`);
  return copy;
};

// 256 full tiles of leaves, one full tile of level 1, one partial at levels 0, 1 and 2.
const large = makeLog(65_536 + 256 + 44, [0, 1, 256, 300, 65_536, 65_700]);
const { files, checkpoint } = large;
// Entries are longer than nine bytes there: two of length, then the text.
const bundleAt = (path: string, position: number): number => {
  const bytes = files.get(path)!;
  let at = 0;
  for (let i = 0; i < position; i += 1) at += 2 + bytes[at]! * 256 + bytes[at + 1]!;
  return at + 2;
};

describe('a tree that is right', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 600])('of %i entries', async (size) => {
    const log = makeLog(size);
    expect(await check(log.files, log.checkpoint)).toEqual({ findings: [], entries: size });
  });

  test('of three levels, and it extends what was kept of it', async () => {
    for (const [size, root] of large.rootAt)
      expect(await check(files, checkpoint, { size, root })).toEqual({
        findings: [],
        entries: checkpoint.size,
      });
  });
});

describe('what differs is named, with the first index (case 59)', () => {
  const cases: [name: string, path: string, at: () => number, Partial<Finding>][] = [
    [
      'an entry',
      'tile/entries/003',
      () => bundleAt('tile/entries/003', 9),
      { part: 'entry', index: 3 * 256 + 9 },
    ],
    [
      'an entry at the edge',
      'tile/entries/257.p/44',
      () => bundleAt('tile/entries/257.p/44', 43),
      { part: 'entry', index: 65_836 - 1 },
    ],
    [
      'a tile of leaves',
      'tile/0/003',
      () => 9 * 32,
      { part: 'tile', path: 'tile/0/003', index: 3 * 256 + 9 },
    ],
    [
      'the partial tile of leaves',
      'tile/0/257.p/44',
      () => 5 * 32,
      { part: 'tile', path: 'tile/0/257.p/44', index: 65_792 + 5 },
    ],
    ['a full tile above', 'tile/1/000', () => 7 * 32, { part: 'tile', path: 'tile/1/000', index: 7 * 256 }],
    [
      'a partial tile above',
      'tile/1/001.p/1',
      () => 3,
      { part: 'tile', path: 'tile/1/001.p/1', index: 65_536 },
    ],
    ['the tile on top', 'tile/2/000.p/1', () => 3, { part: 'tile', path: 'tile/2/000.p/1', index: 0 }],
  ];
  test.each(cases)('%s', async (_, path, at, expected) => {
    const { findings } = await check(bent(files, path, at()), checkpoint);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ state: 'failed', ...expected });
  });

  test('several at once, each for itself', async () => {
    let copy = bent(files, 'tile/1/000', 7 * 32);
    copy = bent(copy, 'tile/0/100', 32);
    copy = bent(copy, 'tile/entries/200', bundleAt('tile/entries/200', 200));
    const { findings } = await check(copy, checkpoint);
    expect(findings.map(({ part, index }) => [part, index])).toEqual([
      ['tile', 7 * 256],
      ['tile', 100 * 256 + 1],
      ['entry', 200 * 256 + 200],
    ]);
  });

  test('entries and tile rewritten together: the tile above tells, and between which entries', async () => {
    const small = makeLog(600);
    const other = makeLog(600);
    const entries = Array.from({ length: 256 }, (_, i) => (i === 4 ? utf8('another') : entryOf(256 + i)));
    other.files.set('tile/entries/001', encodeBundle(entries));
    const leaves = new Uint8Array(256 * 32);
    entries.forEach((entry, i) => leaves.set(leafHash(sha256, entry), i * 32));
    other.files.set('tile/0/001', leaves);
    const { findings } = await check(other.files, small.checkpoint);
    expect(findings).toMatchObject(
      [{ part: 'entry', index: 256, sentence: /Entries 256 to 511 are not those/ }].map(
        ({ sentence, ...rest }) => ({ ...rest, sentence: expect.stringMatching(sentence) as string }),
      ),
    );
  });

  test('another root over the same tree', async () => {
    const { findings } = await check(files, { ...checkpoint, root: makeLog(5).checkpoint.root });
    expect(findings).toMatchObject([{ part: 'root' }]);
  });

  test('a whole other history, consistent in itself: only a kept checkpoint tells (case 61)', async () => {
    const kept = { size: 300, root: makeLog(299).checkpoint.root };
    expect((await check(files, checkpoint, kept)).findings).toMatchObject([
      { state: 'failed', part: 'held' },
    ]);
    const longer = { size: checkpoint.size + 1, root: checkpoint.root };
    expect((await check(files, checkpoint, longer)).findings).toMatchObject([
      { state: 'failed', part: 'held', index: checkpoint.size },
    ]);
  });
});

describe('what is not there', () => {
  test('a missing tile or bundle is named', async () => {
    for (const [path, part] of [
      ['tile/0/003', 'tile'],
      ['tile/1/000', 'tile'],
      ['tile/0/257.p/44', 'tile'],
      ['tile/2/000.p/1', 'tile'],
      ['tile/entries/003', 'entry'],
      ['tile/entries/257.p/44', 'entry'],
    ] as const) {
      const { findings } = await check(without(files, path), checkpoint);
      expect(findings, path).toMatchObject([{ state: 'failed', part, path }]);
    }
  });

  test('a truncated bundle names the first entry that is gone; a longer one that there is more', async () => {
    const bytes = files.get('tile/entries/003')!;
    const cut = new Map(files).set('tile/entries/003', bytes.subarray(0, bytes.length - 1));
    expect((await check(cut, checkpoint)).findings).toMatchObject([{ part: 'entry', index: 3 * 256 + 255 }]);
    const longer = new Map(files).set('tile/entries/003', new Uint8Array([...bytes, 0, 1, 65]));
    expect((await check(longer, checkpoint)).findings).toMatchObject([{ part: 'entry', index: 4 * 256 }]);
  });

  test('a truncated tile is named', async () => {
    const cut = new Map(files).set('tile/0/003', files.get('tile/0/003')!.subarray(0, 100));
    expect((await check(cut, checkpoint)).findings).toMatchObject([{ part: 'tile', path: 'tile/0/003' }]);
  });

  test('a pruned log cannot be judged below its beginning, and holds from there on', async () => {
    const pruned = without(
      files,
      ...Array.from({ length: 40 }, (_, n) => [
        `entries/${String(n).padStart(3, '0')}`,
        `0/${String(n).padStart(3, '0')}`,
      ])
        .flat()
        .map((path) => `tile/${path}`),
    );
    const { findings, entries } = await check(pruned, checkpoint);
    expect(findings).toMatchObject([{ state: 'unknown', part: 'entry', index: 0 }]);
    expect(findings[0]?.sentence).toMatch(/^Entries 0 to 10239 are not there/);
    expect(entries).toBe(checkpoint.size - 40 * 256);
  });
});

const tessera = new URL('../../../shared/vectors/tessera-log/', import.meta.url);
describe.skipIf(!existsSync(tessera))('the Tessera log (skipped where ../shared/vectors is missing)', () => {
  test('every size that it ever signed is right', async () => {
    for (let size = 0; size < 16; size += 1) {
      const { size: signed, root } = parseCheckpoint(
        parseNote(readFileSync(new URL(`checkpoint.${size}`, tessera), 'utf8')).text,
      );
      const files: Files = new Map();
      for (const path of size > 0 ? [`tile/0/000.p/${size}`, `tile/entries/000.p/${size}`] : [])
        files.set(path, new Uint8Array(readFileSync(new URL(path, tessera))));
      expect(signed).toBe(size);
      expect(await check(files, { size, root })).toEqual({ findings: [], entries: size });
    }
  });
});
