import { existsSync, readFileSync } from 'node:fs';
import {
  SettingsService,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { checkAssertion, checkRegistration } from './webauthn.ts';

// The test vectors of WebAuthn Level 3, section 16. They live beside the repository.
const file = new URL('../../../shared/vectors/webauthn-l3.json', import.meta.url);

interface Vector {
  name: string;
  rpId: string;
  origin: string;
  topOrigin: string;
  registration: Record<'challenge' | 'credential_id' | 'clientDataJSON' | 'attestationObject', string>;
  assertion: Record<'challenge' | 'clientDataJSON' | 'authenticatorData' | 'signature', string>;
}
const found = existsSync(file);
const { vectors, attestation_ca_cert: ca } = found
  ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[]; attestation_ca_cert: string })
  : { vectors: [], attestation_ca_cert: '' };

const passes = 'passes';
const unverified = /user could not be verified/;
const framed = /made in a frame of another origin/;

/** The key is taken without an attestation, for exactly this. */
const unproven = (why: RegExp): RegExp => new RegExp(`^(unattested|synced): .*${why.source}`);

/** What comes of registration and assertion: each passes, or is refused for exactly this. */
const expected: Record<string, [registration: string | RegExp, assertion: string | RegExp]> = {
  'ES256 Credential with No Attestation': [unverified, unverified],
  'ES256 Credential with Self Attestation': [passes, unverified],
  'ES256 Credential with "crossOrigin": true in clientDataJSON': [framed, framed],
  'ES256 Credential with "topOrigin" in clientDataJSON': [framed, framed],
  'ES256 Credential with very long credential ID': [unverified, passes],
  'Packed Attestation with ES256 Credential': [passes, passes],
  'Packed Attestation with ES384 Credential': [unverified, passes],
  'Packed Attestation with ES512 Credential': [passes, unverified],
  'Packed Attestation with RS256 Credential': [passes, unverified],
  'Packed Attestation with Ed25519 Credential': [unverified, unverified],
  'Packed Attestation with Ed448 Credential': [unverified, /invalid alg -53/],
  // The vector's TPM is by maker 0, which the TCG's registry of makers does not have.
  'TPM Attestation with ES256 Credential': [unproven(/TPM manufacturer "id:00000000"/), passes],
  // An Android key sends its chain up to the root (Android Key Attestation); the vector sends the leaf alone.
  'Android Key Attestation with ES256 Credential': [unproven(/certificate path \(Android Key\)/), unverified],
  'Apple Anonymous Attestation with ES256 Credential': [unverified, unverified],
  'FIDO U2F Attestation with ES256 Credential': [unverified, unverified],
};

/** What the library alone refuses once user verification is not asked for and frames are allowed; nothing in all others. */
const remains: Record<string, [registration: string | RegExp, assertion: string | RegExp]> = {
  'Packed Attestation with Ed448 Credential': [/Unexpected public key alg "-53"/, /invalid alg -53/],
  'TPM Attestation with ES256 Credential': [/TPM manufacturer "id:00000000"/, passes],
  'Android Key Attestation with ES256 Credential': [/certificate path \(Android Key\)/, passes],
  // A U2F key has no AAGUID; the vector's has one.
  'FIDO U2F Attestation with ES256 Credential': [/^AAGUID/, passes],
};

const spelled = (hex: string): string => toBase64url(Buffer.from(hex, 'hex'));
const spelledAll = <K extends string>(of: Record<K, string>): Record<K, string> =>
  Object.fromEntries(Object.entries<string>(of).map(([key, hex]) => [key, spelled(hex)])) as Record<
    K,
    string
  >;

/** `passes`, or what the refusal says of its cause. */
async function outcome(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return passes;
  } catch (error) {
    const cause = error instanceof Refusal && error.code === 'touch_invalid' ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
const check = (said: string, expectation: string | RegExp): void =>
  typeof expectation === 'string' ? expect(said).toBe(expectation) : expect(said).toMatch(expectation);

function parts(vector: Vector) {
  const { challenge, credential_id: credential, ...registration } = spelledAll(vector.registration);
  const { challenge: asked, ...assertion } = spelledAll(vector.assertion);
  const object = decodeAttestationObject(Buffer.from(vector.registration.attestationObject, 'hex'));
  const publicKey = parseAuthenticatorData(object.get('authData')).credentialPublicKey;
  if (!publicKey) throw new Error('the vector has no key inside');
  return { challenge, credential, registration, asked, assertion, publicKey };
}

const verified = async (answer: Promise<{ verified: boolean }>): Promise<void> =>
  expect((await answer).verified).toBe(true);
const common = { type: 'public-key', clientExtensionResults: {} } as const;

describe.skipIf(!found)('WebAuthn vectors (skipped where ../shared/vectors is missing)', () => {
  beforeAll(() => {
    const certificates = [Buffer.from(ca, 'hex')];
    for (const identifier of ['packed', 'tpm', 'android-key', 'apple', 'fido-u2f'] as const)
      SettingsService.setRootCertificates({ identifier, certificates });
  });

  test('there are 15', () => {
    expect(vectors.map(({ name }) => name)).toEqual(Object.keys(expected));
  });

  test.each(vectors)('$name', async (vector) => {
    const { credential, registration, asked, assertion, publicKey } = parts(vector);
    const place = { webOrigin: vector.origin, rpId: vector.rpId };
    const [whenMade, whenUsed] = expected[vector.name] ?? [passes, passes];
    check(
      await outcome(async () => {
        const made = { registration, credential, transports: [], label: 'Key' };
        const { key, unproven } = await checkRegistration(made, place);
        if (unproven) throw new Error(`${key.kind}: ${unproven.message}`);
      }),
      whenMade,
    );
    const flags = Buffer.from(vector.assertion.authenticatorData, 'hex')[32] ?? 0;
    const kind = (flags & 8) === 0 ? ('unattested' as const) : ('synced' as const);
    const key = { publicKey: toBase64url(publicKey), kind };
    check(await outcome(() => checkAssertion({ credential, ...assertion }, key, asked, place)), whenUsed);
  });

  test.each(vectors)('nothing else is wrong: $name', async (vector) => {
    const { challenge, credential, registration, asked, assertion, publicKey } = parts(vector);
    const [whenMade, whenUsed] = remains[vector.name] ?? [passes, passes];
    const place = {
      expectedOrigin: vector.origin,
      expectedRPID: vector.rpId,
      requireUserVerification: false,
    };
    const made = { ...common, id: credential, rawId: credential, response: registration };
    check(
      await outcome(() =>
        verified(
          verifyRegistrationResponse({
            ...place,
            response: made,
            expectedChallenge: challenge,
            supportedAlgorithmIDs: [-8, -7, -35, -36, -257],
          }),
        ),
      ),
      whenMade,
    );
    const used = { ...common, id: credential, rawId: credential, response: assertion };
    check(
      await outcome(() =>
        verified(
          verifyAuthenticationResponse({
            ...place,
            response: used,
            expectedChallenge: asked,
            expectedTopOrigin: vector.topOrigin,
            credential: { id: credential, publicKey: Uint8Array.from(publicKey), counter: 0 },
          }),
        ),
      ),
      whenUsed,
    );
  });
});
