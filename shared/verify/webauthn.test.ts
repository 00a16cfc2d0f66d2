import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { concat, fromBase64url, toBase64url } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { type SoftKeyOptions, SoftKey, flag } from '../../server/testing/soft-key.ts';
import { readCbor, readCborMap } from './cbor.ts';
import { Keys } from './keys.ts';
import { CannotJudge } from '#shared/domain/judging.ts';
import { checkAssertion, checkRegistration } from './webauthn.ts';

const place = { webOrigin: 'https://countersign.example', rpId: 'countersign.example' };

/** The COSE key inside a registration. */
function keyIn(attestationObject: Uint8Array): { id: Uint8Array; publicKey: Uint8Array; aaguid: Uint8Array } {
  const data = readCborMap(attestationObject).get('authData');
  if (!(data instanceof Uint8Array)) throw new Error('no authenticator data');
  const end = 55 + (data[53] ?? 0) * 256 + (data[54] ?? 0);
  const { next } = readCbor(data, end);
  return { id: data.subarray(55, end), publicKey: data.subarray(end, next), aaguid: data.subarray(37, 53) };
}
const uuid = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

describe('a registration', () => {
  const enrolled = (made: ReturnType<SoftKey['register']>) => {
    const { id, publicKey, aaguid } = keyIn(fromBase64url(made.registration.attestationObject));
    return {
      id: toBase64url(id),
      publicKey: toBase64url(publicKey),
      aaguid: uuid(aaguid),
      transports: ['usb'],
      kind: 'unattested' as const,
      label: 'Key',
    };
  };
  const made = new SoftKey(place).register();
  const key = enrolled(made);

  test('of the key that the entry enrols holds', () => {
    checkRegistration(made.registration, key, place);
    const synced = new SoftKey(place, { synced: true, idLength: 1023 }).register();
    checkRegistration(synced.registration, { ...enrolled(synced), kind: 'synced' }, place);
  });

  const other = enrolled(new SoftKey(place).register());
  test.each([
    ['another credential', { id: other.id }, /another credential/],
    ['another public key', { publicKey: other.publicKey }, /another public key/],
    ['another make', { aaguid: 'ee882879-721c-4913-9775-3dfcce97072a' }, /another make/],
    ['a copied key', { kind: 'synced' as const }, /as hard to copy/],
    ['an attestation that is not there', { kind: 'attested' as const }, /nothing attests it/],
  ])('is refused when the entry names %s', (_, change, reason) => {
    expect(() => checkRegistration(made.registration, { ...key, ...change }, place)).toThrow(reason);
  });

  test.each([
    ['type', { type: 'webauthn.get' }, /not of type webauthn.create/],
    ['origin', { origin: 'https://evil.example' }, /not made on/],
    ['frame', { topOrigin: 'https://evil.example' }, /frame of another site/],
    ['rpId', { rpId: 'evil.example' }, /another site/],
    ['user verification', { flags: flag.UP }, /did not verify/],
  ])('is refused for its %s', (_, alter, reason) => {
    const wrong = new SoftKey(place).register(alter);
    expect(() => checkRegistration(wrong.registration, enrolled(wrong), place)).toThrow(reason);
  });

  test('with bytes after the key is refused', () => {
    const wrong = new SoftKey(place).register({
      authenticatorData: (data) => concat(data, Uint8Array.of(0)),
    });
    expect(() => checkRegistration(wrong.registration, enrolled(wrong), place)).toThrow(/more in/);
  });
});

describe('a touch', () => {
  const options: SoftKeyOptions[] = [{}, { algorithm: 'Ed25519' }, { algorithm: 'RS256' }];
  test.each(options)('of $algorithm holds, and no other bit of it does', async (option) => {
    const key = new SoftKey(place, option);
    const { publicKey } = keyIn(fromBase64url(key.register().registration.attestationObject));
    const challenge = toBase64url(new Uint8Array(32).fill(7));
    const made = key.assert(challenge);
    const check = (touch: typeof made) =>
      checkAssertion(touch, challenge, toBase64url(publicKey), place, new Keys());
    await check(made);
    for (const part of ['authenticatorData', 'clientDataJSON', 'signature'] as const) {
      const bytes = fromBase64url(made[part]);
      for (let at = 0; at < bytes.length; at += 3) {
        const changed = toBase64url(bytes.with(at, (bytes[at] ?? 0) ^ 1));
        await expect(check({ ...made, [part]: changed }), `${part} ${at}`).rejects.toThrow();
      }
    }
  });
});

// The test vectors of WebAuthn Level 3, section 16. They live beside the repository.
const file = new URL('../../../shared/vectors/webauthn-l3.json', import.meta.url);
interface Vector {
  name: string;
  rpId: string;
  origin: string;
  registration: Record<'challenge' | 'credential_id' | 'clientDataJSON' | 'attestationObject', string>;
  assertion: Record<'challenge' | 'clientDataJSON' | 'authenticatorData' | 'signature', string>;
}
const found = existsSync(file);
const vectors = found ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }).vectors : [];
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'hex'));
const spelled = (text: string): string => toBase64url(bytes(text));

describe.skipIf(!found)('WebAuthn vectors (skipped where ../shared/vectors is missing)', () => {
  test.each(vectors)('the signature of $name', async ({ name, registration, assertion }) => {
    const { publicKey } = keyIn(bytes(registration.attestationObject));
    const data = concat(bytes(assertion.authenticatorData), sha256(bytes(assertion.clientDataJSON)));
    const touched = new Keys().touched(toBase64url(publicKey), data, spelled(assertion.signature));
    if (name.includes('Ed448')) await expect(touched).rejects.toThrow(CannotJudge);
    else expect(await touched).toBe(true);
  });

  test.each(vectors)('registration and touch of $name', async (vector) => {
    const { name, rpId, origin: webOrigin, registration, assertion } = vector;
    const { id, publicKey, aaguid } = keyIn(bytes(registration.attestationObject));
    const where = { rpId, webOrigin };
    const framed = /Origin" in|crossOrigin": true/.test(name);
    const verifies = (flags: number): boolean => (flags & flag.UV) !== 0;
    const object = readCborMap(bytes(registration.attestationObject)).get('authData');
    const made = object instanceof Uint8Array ? (object[32] ?? 0) : 0;
    const kind = (made & flag.BE) !== 0 ? ('synced' as const) : ('unattested' as const);
    const key = {
      id: toBase64url(id),
      publicKey: toBase64url(publicKey),
      aaguid: uuid(aaguid),
      transports: [],
      kind,
      label: 'Key',
    };
    expect(key.id).toBe(spelled(registration.credential_id));
    const enrol = () =>
      checkRegistration(
        {
          attestationObject: spelled(registration.attestationObject),
          clientDataJSON: spelled(registration.clientDataJSON),
        },
        key,
        where,
      );
    if (framed) expect(enrol).toThrow(/frame of another site/);
    else if (verifies(made)) enrol();
    else expect(enrol).toThrow(/did not verify/);

    const touch = {
      authenticatorData: spelled(assertion.authenticatorData),
      clientDataJSON: spelled(assertion.clientDataJSON),
      signature: spelled(assertion.signature),
    };
    const used = checkAssertion(touch, spelled(assertion.challenge), key.publicKey, where, new Keys());
    if (framed) await expect(used).rejects.toThrow(/frame of another site/);
    else if (name.includes('Ed448')) await expect(used).rejects.toThrow(CannotJudge);
    else if (!verifies(bytes(assertion.authenticatorData)[32] ?? 0))
      await expect(used).rejects.toThrow(/did not verify/);
    else await used;
  });
});
