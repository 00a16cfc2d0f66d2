import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeBundle, encodeBundle } from './bundle.ts';
import { ProofError } from './hash.ts';
import { parseTilePath, tileAt, tilePath, tilesOf } from './tiles.ts';

describe('tiles', () => {
  test('the examples of C2SP tlog-tiles', () => {
    expect(tilePath({ level: 0, n: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 0, n: 1234, width: 5 })).toBe('tile/0/x001/234.p/5');
    expect(tilePath({ level: 'entries', n: 0, width: 256 })).toBe('tile/entries/000');
    const paths = [...tilesOf(70_000)].map(tilePath);
    expect(paths).toHaveLength(273 + 1 + 1 + 1 + 1);
    expect(paths.slice(273)).toEqual(['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(tileAt('entries', 1, 256)).toBeUndefined();
  });

  test.prop([
    fc.integer({ min: 0, max: 63 }),
    fc.nat({ max: 2 ** 53 - 1 }),
    fc.integer({ min: 1, max: 256 }),
  ])('a path read back is the same tile', (level, n, width) => {
    expect(parseTilePath(tilePath({ level, n, width }))).toEqual({ level, n, width });
    expect(parseTilePath(tilePath({ level: 'entries', n, width }))).toEqual({ level: 'entries', n, width });
  });

  test('every other spelling is refused', () => {
    for (const path of [
      'tile/64/000',
      'tile/00/000',
      'tile/-1/000',
      'tile/0/0',
      'tile/0/0000',
      'tile/0/x000/001',
      'tile/0/001/002',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/x001',
      '/tile/0/000',
      'tile/0/../0/000',
      'tile/0/000/',
      'tile/data/000',
      'tile/0/x999/x999/x999/x999/x999/x999/999',
      'tile/0/x009/x007/x199/x254/x740/992',
    ])
      expect(() => parseTilePath(path), path).toThrow(ProofError);
  });
});

describe('entry bundles', () => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 256 })])(
    'what goes in comes out',
    (entries) => {
      expect(decodeBundle(encodeBundle(entries), entries.length)).toEqual(entries);
    },
  );

  test('lengths are big-endian, up to 65,535', () => {
    expect(encodeBundle([Uint8Array.of(9)])).toEqual(Uint8Array.of(0, 1, 9));
    const longest = new Uint8Array(65_535).fill(3);
    expect(decodeBundle(encodeBundle([longest]), 1)).toEqual([longest]);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(ProofError);
  });

  test('a bundle that is cut or has too many entries is refused', () => {
    const bundle = encodeBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    for (let end = 1; end < bundle.length; end += 1)
      expect(() => decodeBundle(bundle.slice(0, end), 2)).toThrow(ProofError);
    expect(() => decodeBundle(bundle, 1)).toThrow(ProofError);
  });
});
