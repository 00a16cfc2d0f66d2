import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64 } from '#shared/bytes.ts';
import { proveConsistency } from '#shared/log/merkle/prove.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { entriesUpTo, grow } from '#shared/log/merkle/testing.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { formatVkey, noteKey } from '#shared/log/note/keys.ts';
import { signNote } from '#shared/log/note/note.ts';
import type { HeldCheckpoint } from '../../platform/db.ts';
import { judgeCheckpoint } from './judge.ts';

const origin = 'log.example/1';
const pair = generateKeyPairSync('ed25519');
const key = noteKey(origin, fromBase64url(pair.publicKey.export({ format: 'jwk' }).x ?? ''));
const logKey = formatVkey(key);
const signed = (size: number, root: Uint8Array, by = pair) =>
  signNote(
    formatCheckpoint({ origin, size, root }),
    key,
    (m) => new Uint8Array(sign(null, m, by.privateKey)),
  );
const treeOf = (size: number) => grow(entriesUpTo(size));
const proof = (from: number, to: number) => proveConsistency(sha256, treeOf(to).read, from, to).map(toBase64);

async function heldAt(size: number): Promise<HeldCheckpoint> {
  const root = treeOf(size).edge.root();
  return { logKey, size, root: toBase64(root), note: await signed(size, root) };
}

test('a newer checkpoint is believed by its proof alone, the same one is the same, an older one is stale', async () => {
  const held = await heldAt(5);
  const newer = await signed(9, treeOf(9).edge.root());
  expect(await judgeCheckpoint(newer, proof(5, 9), { logKey, held })).toMatchObject({
    is: 'newer',
    held: { size: 9, note: newer },
  });
  expect(await judgeCheckpoint(held.note, [], { logKey, held })).toEqual({ is: 'same' });
  expect(await judgeCheckpoint((await heldAt(3)).note, [], { logKey, held })).toEqual({ is: 'stale' });
  expect(await judgeCheckpoint(newer, [], { logKey, held: undefined })).toMatchObject({ is: 'newer' });
});

test('case 61: another root of the same size, or a larger tree that is not shown to extend it, is a fork', async () => {
  const held = await heldAt(5);
  const other = await signed(5, new Uint8Array(32));
  expect(await judgeCheckpoint(other, [], { logKey, held })).toEqual({ is: 'fork', shown: other });
  const larger = await signed(9, new Uint8Array(32));
  for (const consistency of [[], proof(5, 9), proof(4, 9)])
    expect(await judgeCheckpoint(larger, consistency, { logKey, held })).toEqual({
      is: 'fork',
      shown: larger,
    });
});

test('case 62: what the pinned key did not sign proves nothing and is not believed', async () => {
  const held = await heldAt(5);
  const stranger = generateKeyPairSync('ed25519');
  for (const note of [await signed(9, treeOf(9).edge.root(), stranger), 'nonsense', ''])
    expect(await judgeCheckpoint(note, proof(5, 9), { logKey, held })).toMatchObject({ is: 'foreign' });
});
