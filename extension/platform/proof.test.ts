import { expect, test } from 'vitest';
import { toBase64url, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { canonical } from '#shared/log/canonical.ts';
import { makeKeys, publicKeyOf, verifyText } from './keys.ts';
import { makeProof } from './proof.ts';

test('a proof covers method, path with query, body and nonce, and is made anew each time', async () => {
  const keys = await makeKeys();
  const publicKey = await publicKeyOf(keys);
  const call = { method: 'POST', path: '/api/x?y=1', body: '{"a":1}' } as const;
  const proof = await makeProof({ keys, browser: 'b' }, call, 'n');
  const [nonce = '', jti = '', signature = ''] = proof.split('.');
  const text = (path: string) =>
    canonical({ body: toBase64url(sha256(utf8(call.body))), browser: 'b', jti, method: 'POST', nonce, path });
  expect(nonce).toBe('n');
  expect(await verifyText(publicKey, 'proof', { text: text('/api/x?y=1'), signature })).toBe(true);
  expect(await verifyText(publicKey, 'proof', { text: text('/api/x?y=2'), signature })).toBe(false);
  expect(await makeProof({ keys, browser: 'b' }, call, 'n')).not.toBe(proof);
});

test('the private half of the browser key cannot be taken out', async () => {
  const { privateKey } = await makeKeys();
  expect(privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
});
