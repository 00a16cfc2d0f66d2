import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { proveConsistency, proveInclusion, rootFromTiles } from '#shared/log/merkle/prove.ts';
import { entriesUpTo, grow } from '#shared/log/merkle/testing.ts';
import { sha256 } from '../sha256.ts';
import { Nodes } from './nodes.ts';

const { read } = grow(entriesUpTo(70_000));
/** One for all cases, so that each finds what those before it kept. */
const nodes = new Nodes(read);

describe('hashes that are kept', () => {
  test.prop([fc.integer({ min: 1, max: 70_000 }), fc.nat(), fc.nat()], { numRuns: 300 })(
    'make the very proofs that tiles make, at any size and in any order',
    (size, a, b) => {
      const [index, from] = [a % size, b % (size + 1)];
      expect(nodes.inclusion(index, size)).toEqual(proveInclusion(sha256, read, index, size));
      expect(nodes.consistency(from, size)).toEqual(proveConsistency(sha256, read, from, size));
      expect(nodes.root(size)).toEqual(rootFromTiles(sha256, read, size));
    },
  );

  test('of the empty tree', () => {
    expect(nodes.root(0)).toEqual(rootFromTiles(sha256, read, 0));
    expect(nodes.consistency(0, 0)).toEqual([]);
  });

  test('are computed once: the next proof reads only what was added', () => {
    const asked: number[] = [];
    const counting = new Nodes((tile) => {
      asked.push(tile.width);
      return read(tile);
    });
    counting.consistency(1000, 1100);
    counting.inclusion(1099, 1100);
    asked.length = 0;
    counting.inclusion(1100, 1101);
    counting.consistency(1000, 1101);
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  test('a tile of another length is refused and nothing of it kept', () => {
    let broken = true;
    const damaged = new Nodes((tile) => (broken ? read(tile).subarray(32) : read(tile)));
    expect(() => damaged.root(300)).toThrow('should be');
    broken = false;
    expect(damaged.root(300)).toEqual(rootFromTiles(sha256, read, 300));
  });
});
