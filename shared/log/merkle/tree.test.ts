import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Edge } from './edge.ts';
import { ProofError, leafHash } from './hash.ts';
import { proveConsistency, proveInclusion, rootFromTiles, tilesFor } from './prove.ts';
import { type Range, consistencyRanges, inclusionRanges } from './ranges.ts';
import { sha256 } from './sha256.ts';
import { entriesUpTo, grow, mth } from './testing.ts';
import { tilePath } from './tiles.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const all = entriesUpTo(1700);
const sizes = fc.integer({ min: 1, max: 1400 });

describe('the tree', () => {
  test('grown leaf by leaf it has the root of RFC 6962 at every size, from its edge and from its tiles', () => {
    const edge = new Edge(sha256);
    for (let size = 0; size <= 300; size += 1) {
      expect(edge.root()).toEqual(mth(all.slice(0, size)));
      edge.append(leafHash(sha256, all[size]!));
    }
    for (const size of [0, 1, 255, 256, 257, 511, 512, 513, 1400]) {
      const { read } = grow(all.slice(0, size));
      expect(rootFromTiles(sha256, read, size)).toEqual(mth(all.slice(0, size)));
    }
  });

  test('65,536 leaves and a few fill two tile levels and start the third', () => {
    const many = entriesUpTo(65_536 + 3);
    const { edge, read } = grow(many);
    expect(edge.root()).toEqual(mth(many));
    expect(rootFromTiles(sha256, read, 65_536)).toEqual(mth(many.slice(0, 65_536)));
    expect(read({ level: 2, n: 0, width: 1 })).toEqual(mth(many.slice(0, 65_536)));
    const again = Edge.fromTiles(sha256, read, many.length);
    expect(again.root()).toEqual(edge.root());
  });

  test.prop([sizes, fc.integer({ min: 0, max: 300 })])(
    'an edge read back from tiles grows on the same',
    (size, more) => {
      const { read } = grow(all.slice(0, size));
      const edge = Edge.fromTiles(sha256, read, size);
      const rest = all.slice(size, size + more);
      const filled = rest.flatMap((entry) => edge.append(leafHash(sha256, entry)).map(tilePath));
      const straight = grow(all.slice(0, size + more));
      expect(edge.root()).toEqual(straight.edge.root());
      const width = (size + more) % 256;
      if (width > 0) {
        const tile = { level: 0, n: Math.floor((size + more) / 256), width };
        expect(edge.partial(tile)).toEqual(straight.read(tile));
      }
      expect(filled).toHaveLength(Math.floor((size + more) / 256) - Math.floor(size / 256));
    },
  );

  test('a fork leaves the original alone', () => {
    const { edge } = grow(all.slice(0, 300));
    const before = edge.root();
    const fork = edge.fork();
    for (const entry of all.slice(300, 600)) fork.append(leafHash(sha256, entry));
    expect(edge.root()).toEqual(before);
    expect(edge.size).toBe(300);
    expect(fork.root()).toEqual(mth(all.slice(0, 600)));
  });
});

const pathsFor = (ranges: readonly Range[]): string[] => tilesFor(ranges, 1400).map(tilePath).toSorted();

describe('proofs', () => {
  test.prop([sizes, fc.nat()])(
    'every entry of every tree is proven, and for no other place, leaf or root',
    (size, pick) => {
      const index = pick % size;
      const { edge, read } = grow(all.slice(0, size));
      const proof = proveInclusion(sha256, read, index, size);
      const claim = { leaf: leafHash(sha256, all[index]!), index, size, root: edge.root(), proof };
      verifyInclusion(sha256, claim);
      const wrong = [
        { ...claim, leaf: leafHash(sha256, new Uint8Array(3)) },
        { ...claim, index: index + 1 },
        { ...claim, proof: [...proof, claim.leaf] },
        { ...claim, proof: proof.length > 0 ? proof.slice(1) : [claim.leaf] },
        { ...claim, root: new Uint8Array(32) },
      ];
      for (const forged of wrong) expect(() => verifyInclusion(sha256, forged)).toThrow(ProofError);
    },
  );

  test.prop([sizes, sizes, fc.nat(255)])(
    'every tree extends every smaller one, and a changed proof shows it for none',
    (a, b, flip) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const { edge, read } = grow(all.slice(0, to));
      const old = mth(all.slice(0, from));
      const proof = proveConsistency(sha256, read, from, to);
      const claim = { from, to, oldRoot: old, newRoot: edge.root(), proof };
      verifyConsistency(sha256, claim);
      const bent = proof.map((hash, i) =>
        i === flip % proof.length ? hash.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) : hash,
      );
      if (proof.length > 0)
        expect(() => verifyConsistency(sha256, { ...claim, proof: bent })).toThrow(ProofError);
      expect(() => verifyConsistency(sha256, { ...claim, oldRoot: new Uint8Array(32) })).toThrow(ProofError);
      expect(() => verifyConsistency(sha256, { ...claim, newRoot: new Uint8Array(32) })).toThrow(ProofError);
      expect(() => verifyConsistency(sha256, { ...claim, from: to, to: from - 1 })).toThrow(ProofError);
    },
  );

  test('a rewritten log does not extend the old one', () => {
    const rewritten = all.map((entry, i) => (i === 7 ? new TextEncoder().encode('never happened') : entry));
    const { edge, read } = grow(rewritten.slice(0, 900));
    const proof = proveConsistency(sha256, read, 700, 900);
    const claim = { from: 700, to: 900, oldRoot: mth(all.slice(0, 700)), newRoot: edge.root(), proof };
    expect(() => verifyConsistency(sha256, claim)).toThrow('the proof does not lead to the old root');
  });

  test('tilesFor names the tiles that a proof reads, and only those', () => {
    const { read } = grow(all.slice(0, 1400));
    const touched = (prove: (reader: typeof read) => unknown): string[] => {
      const paths = new Set<string>();
      prove((tile) => {
        paths.add(tilePath(tile));
        return read(tile);
      });
      return [...paths].toSorted();
    };
    expect(pathsFor(inclusionRanges(700, 1400))).toEqual(
      touched((reader) => proveInclusion(sha256, reader, 700, 1400)),
    );
    expect(pathsFor(consistencyRanges(700, 1400))).toEqual(
      touched((reader) => proveConsistency(sha256, reader, 700, 1400)),
    );
  });
});

describe('case 60: forged proofs', () => {
  const { edge, read } = grow(all.slice(0, 5));
  const root = edge.root();
  const empty = mth([]);
  const hash = new Uint8Array(32).fill(7);

  test('from the empty tree to n with hashes is refused; without any it holds', () => {
    verifyConsistency(sha256, { from: 0, to: 5, oldRoot: empty, newRoot: root, proof: [] });
    const claim = { from: 0, to: 5, oldRoot: empty, newRoot: root };
    expect(() => verifyConsistency(sha256, { ...claim, proof: [hash] })).toThrow(ProofError);
    expect(() => verifyConsistency(sha256, { ...claim, oldRoot: hash, proof: [] })).toThrow(ProofError);
  });

  test('more than 63 hashes are refused before any is looked at', () => {
    const proof = Array.from({ length: 64 }, () => hash);
    expect(() => verifyInclusion(sha256, { leaf: hash, index: 0, size: 5, root, proof })).toThrow(
      'longer than any tree',
    );
    expect(() => verifyConsistency(sha256, { from: 1, to: 5, oldRoot: hash, newRoot: root, proof })).toThrow(
      'longer than any tree',
    );
  });

  test('sizes that are not whole, safe numbers are refused', () => {
    const proof = proveInclusion(sha256, read, 1, 5);
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => verifyInclusion(sha256, { leaf: hash, index: bad, size: 5, root, proof })).toThrow(
        ProofError,
      );
      expect(() =>
        verifyConsistency(sha256, { from: 1, to: bad, oldRoot: hash, newRoot: root, proof }),
      ).toThrow(ProofError);
      expect(() => proveInclusion(sha256, read, bad, 5)).toThrow(ProofError);
    }
  });

  test('hashes of another length are refused', () => {
    const claim = { leaf: leafHash(sha256, all[0]!), index: 0, size: 2, root, proof: [new Uint8Array(31)] };
    expect(() => verifyInclusion(sha256, claim)).toThrow('not a hash');
  });
});
