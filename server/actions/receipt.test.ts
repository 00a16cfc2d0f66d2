import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBase64 } from '#shared/bytes.ts';
import { type Hash, emptyRoot, leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { verifyEd25519 } from '../log/key.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

test('a receipt proves the batch, and that the log extends the one seen before, in the spelling browsers read', async () => {
  const browser = await server.admin.pair();
  const key = parseVkey(server.services.log.verifierKey);
  let held: { size: number; root: Hash } = { size: 0, root: emptyRoot(sha256) };
  // Enough hashes that a wrong alphabet could not pass by chance.
  for (let n = 0; n < 20; n++) {
    const body = browser.batch([{ console: 'queue', words: `Opened page ${n}` }]);
    const receipt = await browser.deliver({ ...body, from: held.size });
    const { size, root } = await openCheckpoint(receipt.checkpoint, key, verifyEd25519);
    const proof = receipt.inclusion.map(fromBase64);
    const leaf = leafHash(sha256, fromBase64(receipt.entry));
    verifyInclusion(sha256, { leaf, index: receipt.index, size, root, proof });
    verifyConsistency(sha256, {
      from: held.size,
      to: size,
      oldRoot: held.root,
      newRoot: root,
      proof: receipt.consistency.map(fromBase64),
    });
    held = { size, root };
  }
  expect(held.size).toBe(server.services.log.size);
});
