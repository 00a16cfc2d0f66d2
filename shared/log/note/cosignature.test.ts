import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromBase64, fromBase64url, toBase64, utf8 } from '#shared/bytes.ts';
import {
  checkCosignature,
  cosign,
  cosignerKey,
  formatAddCheckpoint,
  formatCosignerVkey,
  parseAddCheckpoint,
  parseCosignerVkey,
} from './cosignature.ts';
import { noteKey, parseVkey } from './keys.ts';

const pair = generateKeyPairSync('ed25519');
const publicKey = fromBase64url(pair.publicKey.export({ format: 'jwk' }).x ?? '');
const key = cosignerKey('witness.example/w1', publicKey);
const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const byPair = (message: Uint8Array) => new Uint8Array(sign(null, message, pair.privateKey));
const holds = (_: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
  verify(null, message, pair.publicKey, signature);

test('a cosignature is eight bytes of time and a signature over the lines that the specification shows', async () => {
  const line = await cosign(text, key, byPair, 1679315147);
  const [, name, body] = /^\u2014 (\S+) (\S+)\n$/.exec(line) ?? [];
  expect(name).toBe('witness.example/w1');
  const bytes = fromBase64(body ?? '');
  expect(bytes).toHaveLength(4 + 8 + 64);
  const view = new DataView(bytes.buffer);
  expect(view.getUint32(0)).toBe(key.id);
  expect(view.getBigUint64(4)).toBe(1679315147n);
  // Word for word as C2SP tlog-cosignature prints the signed message.
  const message = `cosignature/v1\ntime 1679315147\n${text}`;
  expect(verify(null, utf8(message), pair.publicKey, bytes.slice(12))).toBe(true);
  expect(await checkCosignature(line, text, key, holds)).toBe(1679315147);
});

test('its key has another id than a log by the same name and key, and a vkey of type 04', () => {
  expect(key.id).not.toBe(noteKey(key.name, publicKey).id);
  const vkey = formatCosignerVkey(key);
  expect(parseCosignerVkey(vkey)).toEqual(key);
  expect(fromBase64(vkey.split('+').slice(2).join('+'))[0]).toBe(4);
  expect(() => parseVkey(vkey)).toThrow('not of type Ed25519');
  expect(() => parseCosignerVkey(vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toThrow('does not belong');
});

test('another text, key, name or time is not taken', async () => {
  const line = await cosign(text, key, byPair, 5);
  const other = cosignerKey('witness.example/w2', publicKey);
  await expect(checkCosignature(line, text.replace('63', '64'), key, holds)).rejects.toThrow('does not hold');
  await expect(checkCosignature(line, text, other, holds)).rejects.toThrow('no cosignature by');
  await expect(cosign(text, key, byPair, 0)).rejects.toThrow('has a time');
  const bytes = fromBase64(/ (\S+)\n$/.exec(line)?.[1] ?? '');
  bytes.fill(0, 4, 12);
  const timeless = `\u2014 ${key.name} ${toBase64(bytes)}\n`;
  await expect(checkCosignature(timeless, text, key, holds)).rejects.toThrow('has a time');
  const short = `\u2014 ${key.name} ${toBase64(bytes.slice(0, 70))}\n`;
  await expect(checkCosignature(short, text, key, holds)).rejects.toThrow('72 bytes');
});

test('a request to a witness is read as it was written, and nothing else is', () => {
  const hashes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const note = `${text}\n\u2014 example.com/behind-the-sofa ${toBase64(concat(Uint8Array.of(1, 2, 3, 4), new Uint8Array(64)))}\n`;
  const body = formatAddCheckpoint(20852014, hashes, note);
  expect(parseAddCheckpoint(body)).toMatchObject({
    old: 20852014,
    proof: hashes,
    checkpoint: { size: 20852163 },
  });
  expect(parseAddCheckpoint(formatAddCheckpoint(0, [], note)).proof).toEqual([]);
  for (const wrong of [
    '',
    body.replace('old 2', 'old 02'),
    body.replace('old', 'new'),
    body.replace('\n\n', '\nAAAA\n\n'),
    formatAddCheckpoint(
      1,
      Array.from({ length: 64 }, () => new Uint8Array(32)),
      note,
    ),
    formatAddCheckpoint(1, hashes, text),
  ])
    expect(() => parseAddCheckpoint(wrong), wrong.slice(0, 40)).toThrow();
});
