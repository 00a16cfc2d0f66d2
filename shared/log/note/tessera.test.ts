import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { decodeBundle } from '#shared/log/merkle/bundle.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { proveConsistency, proveInclusion, rootFromTiles } from '#shared/log/merkle/prove.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from './checkpoint.ts';
import { parseVkey } from './keys.ts';
import type { Verify } from './note.ts';

// Somebody else's log: written by Tessera (Go), with every checkpoint it ever signed.
const folder = new URL('../../../shared/vectors/tessera-log/', import.meta.url);
const key = parseVkey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
const verify: Verify = (publicKey, message, signature) =>
  nodeVerify(
    null,
    message,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }, format: 'jwk' }),
    signature,
  );

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const read = (tile: Tile): Uint8Array => file(tilePath(tile));
const heads = () =>
  Promise.all(
    Array.from({ length: 16 }, (_, size) => openCheckpoint(file(`checkpoint.${size}`), key, verify)),
  );

describe.skipIf(!existsSync(folder))('the Tessera log (skipped where ../shared/vectors is missing)', () => {
  test('every checkpoint is signed, and its root comes from the tiles of its size', async () => {
    for (const [size, head] of (await heads()).entries()) {
      expect(head.size).toBe(size);
      expect(rootFromTiles(sha256, read, size)).toEqual(head.root);
    }
    expect(await openCheckpoint(file('checkpoint'), key, verify)).toMatchObject({ size: 15 });
  });

  test('every entry of every bundle hashes to its leaf, grows to the signed root, and is proven in it', async () => {
    for (const { size, root } of (await heads()).slice(1)) {
      const entries = decodeBundle(read(tileAt('entries', 0, size)!), size);
      const edge = new Edge(sha256);
      for (const [index, entry] of entries.entries()) {
        const leaf = leafHash(sha256, entry);
        edge.append(leaf);
        verifyInclusion(sha256, {
          leaf,
          index,
          size,
          root,
          proof: proveInclusion(sha256, read, index, size),
        });
      }
      expect(edge.root()).toEqual(root);
    }
  });

  test('every checkpoint extends every earlier one', async () => {
    const all = await heads();
    for (const { size: to, root: newRoot } of all)
      for (const { size: from, root: oldRoot } of all.slice(0, to))
        verifyConsistency(sha256, {
          from,
          to,
          oldRoot,
          newRoot,
          proof: proveConsistency(sha256, read, from, to),
        });
  });
});
