import { describe, expect, test } from 'vitest';
import { random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { packedBy } from '../testing/attestation.ts';
import { type Cbor, looseCbor } from '../testing/cbor.ts';
import { type Alterations, SoftKey, type SoftKeyOptions, flag } from '../testing/soft-key.ts';
import { checkAssertion, checkRegistration } from './webauthn.ts';

const place = { webOrigin: 'http://localhost:7400', rpId: 'localhost' };
const elsewhere = { webOrigin: 'https://evil.example', rpId: 'evil.example' };

const enrol = (key: SoftKey, alter?: Alterations) =>
  checkRegistration({ ...key.register(alter), label: 'Key' }, place);

/** The code of the refusal and what it was caused by. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.code}: ${error.cause instanceof Error ? error.cause.message : ''}`;
  }
}

/** A DER signature with one more zero before r than DER allows. */
function padded(der: Uint8Array): Uint8Array {
  const [tag = 0, length = 0, integer = 0, size = 0, ...rest] = der;
  return Uint8Array.of(tag, length + 1, integer, size + 1, 0, ...rest);
}

const { UP, UV, BE, BS } = flag;
/** Steps of both ceremonies, each with one thing wrong and what the refusal must be about. */
const mutations: [what: string, alter: Alterations, about: RegExp][] = [
  ['type', { type: 'payment.get' }, /type/],
  ['case 2: another origin', { origin: 'https://evil.example' }, /origin/],
  ['case 2: the same host on another port', { origin: 'http://localhost:7401' }, /origin/],
  [
    'case 2: an extension as origin',
    { origin: 'chrome-extension://apimfhcinbcanhfbokjmolpbjepfekaf' },
    /origin/,
  ],
  ['case 2: another rpId', { rpId: 'evil.example' }, /RP ID/],
  ['case 3: crossOrigin', { crossOrigin: true }, /frame/],
  ['case 3: crossOrigin of an odd kind', { crossOrigin: 'true' }, /frame/],
  ['case 3: topOrigin', { crossOrigin: true, topOrigin: 'https://evil.example' }, /frame/],
  ['case 3: topOrigin without crossOrigin', { topOrigin: 'https://evil.example' }, /frame/],
  ['case 4: UP=0', { flags: UV }, /not present/],
  ['case 4: UV=0', { flags: UP }, /not be verified/],
  ['case 4: BS without BE', { flags: UP | UV | BS }, /backed up/],
  ['truncated authenticator data', { authenticatorData: (data) => data.slice(0, 36) }, /36 bytes/],
  [
    'bytes after the authenticator data',
    { authenticatorData: (data) => Uint8Array.of(...data, 0) },
    /Leftover/,
  ],
];

/** The spelling of an EdDSA key that Firefox 117 made: the library mends it, so what is kept would be no longer what was made. */
function mended(data: Uint8Array): Uint8Array {
  const key = 37 + 18 + 32;
  const spelled = Buffer.from('a301634f4b500327206745643235353139', 'hex');
  return Uint8Array.of(...data.subarray(0, key), ...spelled, ...data.subarray(key + 7));
}

describe('a registration', () => {
  test('of a key whose kept form would not be the very bytes that were made is refused', async () => {
    const key = new SoftKey(place, { algorithm: 'Ed25519' });
    expect(await refusal(enrol(key, { authenticatorData: mended }))).toMatch(
      /^touch_invalid: it registered another public key/,
    );
  });

  const algorithms = ['ES256', 'Ed25519', 'RS256'] as const;
  test.each(algorithms.flatMap((a) => [[a, 'none'] as const, [a, 'packed'] as const]))(
    '%s with attestation %s enrols a key whose assertion holds',
    async (algorithm, attestation) => {
      const key = new SoftKey(place, { algorithm, attestation });
      const { key: enrolled, counter } = await enrol(key);
      expect(enrolled).toMatchObject({ id: key.id, kind: 'unattested', label: 'Key', transports: ['usb'] });
      expect(counter).toBe(1);
      const challenge = toBase64url(random(32));
      await expect(checkAssertion(key.assert(challenge), enrolled, challenge, place)).resolves.toBe(2);
    },
  );

  test('of a passkey says that it is synced', async () => {
    const { key } = await enrol(new SoftKey(place, { synced: true }));
    expect(key.kind).toBe('synced');
  });

  test.each(mutations)('is refused: %s', async (_, alter, about) => {
    const said = await refusal(enrol(new SoftKey(place), alter));
    expect(said).toMatch(/^touch_invalid: /);
    expect(said).toMatch(about);
  });

  const more: [string, SoftKeyOptions, Alterations, RegExp][] = [
    [
      'another credential than the one inside',
      {},
      { credential: toBase64url(random(32)) },
      /another credential/,
    ],
    ['an algorithm that is not taken', { algorithm: 'Ed448' }, {}, /public key alg "-53"/],
  ];
  test.each(more)('is refused: %s', async (_, options, alter, about) => {
    const said = await refusal(enrol(new SoftKey(place, options), alter));
    expect(said).toMatch(/^touch_invalid: /);
    expect(said).toMatch(about);
  });

  const day = 86_400_000;
  const says = (format: string, statement: Cbor) => () => ({ format, statement });
  test.each<[string, () => SoftKeyOptions['attestation'] | Promise<SoftKeyOptions['attestation']>, RegExp]>([
    ['expired', () => packedBy({ notAfter: new Date(Date.now() - day) }), /not good after/],
    ['not valid yet', () => packedBy({ notBefore: new Date(Date.now() + day) }), /not good before/],
    ['of another unit', () => packedBy({ subject: 'C=CH, O=Maker, OU=Keys, CN=Key' }), /OU was not/],
    [
      'without a country',
      () => packedBy({ subject: 'O=Maker, OU=Authenticator Attestation, CN=Key' }),
      /C was not/,
    ],
    ['by a CA itself', () => packedBy({ ca: true }), /CA was not/],
    [
      'over other data',
      async () => (await packedBy({})).bind(undefined, new Uint8Array(69)) as never,
      /does not hold/,
    ],
    [
      'of several formats',
      () =>
        says('compound', [
          new Map<string, Cbor>([
            ['fmt', 'none'],
            ['attStmt', new Map()],
          ]),
        ]),
      /Unsupported.*compound/,
    ],
    ['of a format nobody knows', () => says('moon-dust', new Map([['x', 1]])), /Unsupported.*moon-dust/],
    ['of loose CBOR', () => says('packed', looseCbor), /./],
    [
      'of none that says something',
      () => says('none', new Map([['x', 1]])),
      /unexpected attestation statement/,
    ],
  ])('whose attestation is %s enrols as unattested, and says why', async (_, attestation, why) => {
    const made = await attestation();
    const key = new SoftKey(place, made === undefined ? {} : { attestation: made });
    const { key: row, unproven } = await enrol(key);
    expect(row).toMatchObject({ id: key.id, kind: 'unattested' });
    expect(unproven?.message).toMatch(why);
  });

  test('with a good attestation by a maker whom nobody here vouches for is unattested, and nothing is wrong', async () => {
    const { key, unproven } = await enrol(new SoftKey(place, { attestation: await packedBy({}) }));
    expect([key.kind, unproven]).toEqual(['unattested', undefined]);
  });

  test('with an odd attestation is refused for all else that is wrong with it', async () => {
    const key = new SoftKey(place, { attestation: await packedBy({ ca: true }) });
    expect(await refusal(enrol(key, { flags: UP }))).toMatch(/^touch_invalid: .*not be verified/);
  });

  test('case 7: a credential id of 1,023 bytes passes', async () => {
    const key = new SoftKey(place, { idLength: 1023 });
    expect((await enrol(key)).key.id).toBe(key.id);
  });

  test('of another site is refused', async () => {
    expect(await refusal(enrol(new SoftKey(elsewhere)))).toMatch(/^touch_invalid: .*origin/);
  });
});

async function enrolled(options?: SoftKeyOptions) {
  const key = new SoftKey(place, options);
  const { key: known } = await enrol(key);
  return { key, known };
}

describe('an assertion', () => {
  const challenge = toBase64url(random(32));

  test.each([
    ...mutations,
    ['type of a registration', { type: 'webauthn.create' }, /type/],
    ['another challenge', { challenge: toBase64url(random(32)) }, /challenge/],
    ['a challenge that begins the same', { challenge: challenge.slice(0, -1) }, /challenge/],
    [
      'authenticator data changed after signing',
      { sentData: (data: Uint8Array) => data.with(36, 9) },
      /signature/,
    ],
    [
      'BE flipped after signing',
      { sentData: (data: Uint8Array) => data.with(32, UP | UV | BE) },
      /signature/,
    ],
  ] as typeof mutations)('is refused: %s', async (_, alter, about) => {
    const { key, known } = await enrolled();
    const said = await refusal(checkAssertion(key.assert(challenge, alter), known, challenge, place));
    expect(said).toMatch(/^touch_invalid: /);
    expect(said).toMatch(about);
  });

  test.each(['ES256', 'Ed25519', 'RS256'] as const)(
    '%s: every byte of the signature counts',
    async (algorithm) => {
      const { key, known } = await enrolled({ algorithm, counts: false });
      const { length } = Buffer.from(key.assert(challenge).signature, 'base64url');
      for (let at = 0; at < length; at++) {
        const alter = {
          signature: (bytes: Uint8Array) =>
            bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ 1),
        };
        const said = await refusal(checkAssertion(key.assert(challenge, alter), known, challenge, place));
        expect(said, `byte ${at}`).toMatch(/^touch_invalid/);
      }
    },
  );

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['whose length is one short', (bytes) => bytes.with(1, (bytes[1] ?? 0) - 1)],
    ['with a byte after it', (bytes) => Uint8Array.of(...bytes, 0)],
    ['whose r has a needless zero', (bytes) => padded(bytes)],
  ])('an ES256 signature %s is refused: a later verifier would not take it', async (_, signature) => {
    const { key, known } = await enrolled();
    const lax = key.assert(challenge, { signature });
    expect(await refusal(checkAssertion(lax, known, challenge, place))).toMatch(
      /^touch_invalid: .*(DER|after)/,
    );
  });

  test('by another key is refused', async () => {
    const { known } = await enrolled();
    const said = await refusal(checkAssertion(new SoftKey(place).assert(challenge), known, challenge, place));
    expect(said).toMatch(/^touch_invalid: .*signature/);
  });

  test.each([
    ['one that stays in its key comes back as one that is copied', {}, UP | UV | BE],
    ['one that is copied comes back as one that stays in its key', { synced: true }, UP | UV],
  ])('is refused: %s', async (_, options, flags) => {
    const { key, known } = await enrolled(options);
    const said = await refusal(checkAssertion(key.assert(challenge, { flags }), known, challenge, place));
    expect(said).toMatch(/^touch_invalid: .*not the kind that was enrolled/);
  });
});
