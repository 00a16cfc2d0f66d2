import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import type { Prefix } from '#shared/domain/signing.ts';
import { makeKeys, publicKeyOf, signObject } from '../../platform/keys.ts';
import { readConsoles, readLease } from './verify.ts';

const id = (n: number) => toBase64url(new Uint8Array(16).fill(n));
const hash = toBase64url(new Uint8Array(32).fill(7));
const NOW = 1_000_000_000_000;

let keys: CryptoKeyPair;
let us: { publicKey: string; log: { origin: string; logKey: string; leaseKey: string; genesis: string } };
beforeAll(async () => {
  keys = await makeKeys();
  us = {
    publicKey: await publicKeyOf(await makeKeys()),
    log: { origin: 'log.test/1', logKey: '', leaseKey: await publicKeyOf(keys), genesis: hash },
  };
});

const lease = (more: object = {}) => ({
  type: 'lease',
  log: 'log.test/1',
  browserKey: us.publicKey,
  grant: id(1),
  session: id(2),
  console: 'harbour',
  level: 'change',
  nonce: id(3),
  issued: NOW,
  dies: NOW + 60_000,
  until: NOW + 600_000,
  ...more,
});
const read = async (more: object = {}, kind: Prefix = 'lease', by = keys) =>
  readLease(await signObject(by, kind, lease(more)), id(3), us);

describe('a lease', () => {
  test('opens when everything is right', async () => {
    expect(await read()).toMatchObject({ grant: id(1), level: 'change' });
  });

  test.each([
    ['of another log', { log: 'log.test/2' }],
    ['for another browser', { browserKey: hash }],
    ['that answers another heartbeat', { nonce: id(4) }],
    ['that lives longer than a minute', { dies: NOW + 61_000 }],
    ['that is dead when issued', { dies: NOW }],
    ['of a grant that is over', { until: NOW }],
    ['with more in it than there should be', { extra: 1 }],
  ])('%s opens nothing', async (_, more) => {
    expect(await read(more)).toBeUndefined();
  });

  test('by another key, of another kind, or altered after signing opens nothing', async () => {
    expect(await read({}, 'lease', await makeKeys())).toBeUndefined();
    expect(await read({}, 'consoles')).toBeUndefined();
    const signed = await signObject(keys, 'lease', lease());
    const altered = { ...signed, text: signed.text.replace('"view"', '"change"').replace(id(1), id(9)) };
    expect(await readLease(altered, id(3), us)).toBeUndefined();
    expect(await readLease({ ...signed, signature: '' }, id(3), us)).toBeUndefined();
  });
});

describe('a console list', () => {
  const list = (number: number, log = 'log.test/1') => ({ type: 'consoles', log, number, consoles: [] });
  const take = async (value: object, last = 5, by = keys) =>
    readConsoles(await signObject(by, 'consoles', value), us, last);

  test('is taken when it is signed and not older', async () => {
    expect(await take(list(5))).toBeDefined();
    expect(await take(list(6))).toBeDefined();
  });
  test('with a lower number, of another log or by another key is refused', async () => {
    expect(await take(list(4))).toBeUndefined();
    expect(await take(list(6, 'log.test/2'))).toBeUndefined();
    expect(await take(list(6), 5, await makeKeys())).toBeUndefined();
  });
});
