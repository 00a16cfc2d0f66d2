import type { z } from 'zod';
import { fromBase64url, fromUtf8, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { enrolledKey, registration } from '#shared/domain/people/entries.ts';
import { rawEcdsa } from '#shared/verify/ecdsa.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { readAttestationObject } from '#shared/verify/cbor.ts';
import { checkRegistration as readAsVerifier } from '#shared/verify/webauthn.ts';

/** Imported with the first touch: its certificates' formats are a third of all modules that a start would read. */
const library = () => import('@simplewebauthn/server');

/** Where touches must come from: the server's web origin exactly, and its rpId. */
export interface RelyingParty {
  webOrigin: string;
  rpId: string;
}

/** COSE algorithms that keys may use: EdDSA, ES256, ES384, ES512, RS256. */
const algorithms = [-8, -7, -35, -36, -257];

interface ClientData {
  challenge: string;
  crossOrigin?: unknown;
  topOrigin?: unknown;
}
function clientData(text: string): ClientData {
  return JSON.parse(fromUtf8(fromBase64url(text))) as ClientData;
}

/** Our pages are never framed, so a touch made inside a frame of another site is not one of ours (case 3). */
function refuseFramed(data: ClientData): void {
  if ((data.crossOrigin !== undefined && data.crossOrigin !== false) || data.topOrigin !== undefined)
    throw new Error('made in a frame of another origin');
}

/** Bytes of r and s by curve: P-256, P-384, P-521. */
const curveBytes: Record<number, number> = { 1: 32, 2: 48, 3: 66 };

/** The library reads ECDSA signatures laxly; later verifiers do not, and must come to the same verdict. */
async function refuseLaxSignature(publicKey: Uint8Array, signature: string): Promise<void> {
  const { cose, decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers');
  const key = decodeCredentialPublicKey(Uint8Array.from(publicKey));
  if (cose.isCOSEPublicKeyEC2(key))
    rawEcdsa(fromBase64url(signature), curveBytes[key.get(cose.COSEKEYS.crv) ?? 0] ?? 0);
}

type Registration = z.infer<typeof registration>;
type EnrolledKey = z.infer<typeof enrolledKey>;

/** What came of a registration. `unproven` is why its attestation, if it had one, proves nothing. */
export interface Registered {
  key: EnrolledKey;
  counter: number;
  unproven?: Error;
}

/**
 * Verifies a registration (WebAuthn L3, section 7.1) and says what the key is. The challenge is the page's own: what
 * binds a key to a person is the assertion over the enrolment statement, not this. An attestation that does not hold, or
 * is of a kind that nobody here can read, makes the key `unattested` and no worse. Throws `touch_invalid`.
 */
export async function checkRegistration(
  made: { registration: Registration; credential: string; transports: string[]; label: string },
  place: RelyingParty,
): Promise<Registered> {
  const { SettingsService, verifyRegistrationResponse } = await library();
  const { isoCBOR } = await import('@simplewebauthn/server/helpers');
  try {
    const { attestationObject, clientDataJSON } = made.registration;
    const data = clientData(clientDataJSON);
    refuseFramed(data);
    const verify = async (object: string) => {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          id: made.credential,
          rawId: made.credential,
          type: 'public-key',
          clientExtensionResults: {},
          response: { attestationObject: object, clientDataJSON, transports: made.transports },
        },
        expectedChallenge: data.challenge,
        expectedOrigin: place.webOrigin,
        expectedRPID: place.rpId,
        supportedAlgorithmIDs: algorithms,
      });
      if (!verified) throw new Error('the attestation does not hold');
      return registrationInfo;
    };
    // First as if it had no attestation: what has to hold of every key is in the authenticator data.
    const { format, authData } = readAttestationObject(fromBase64url(attestationObject));
    const bare = new Map<string, string | Uint8Array | Map<string, string>>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    const info = await verify(toBase64url(isoCBOR.encode(bare)));
    if (info.credential.id !== made.credential) throw new Error('another credential id inside');
    const unproven = await failureOf(verify(attestationObject));
    // A key's own signature says nothing of its maker, nor does a chain that ends in no root we know.
    const anchored =
      !unproven && SettingsService.getRootCertificates({ identifier: format as typeof info.fmt }).length > 0;
    const synced = info.credentialDeviceType === 'multiDevice';
    const key: EnrolledKey = {
      id: made.credential,
      publicKey: toBase64url(info.credential.publicKey),
      aaguid: info.aaguid,
      transports: made.transports,
      kind: synced ? 'synced' : anchored ? 'attested' : 'unattested',
      label: made.label,
    };
    // The library writes the key's COSE form anew. By the verifier's own reading what is kept must be, byte for byte,
    // what the authenticator made, or a later verdict would be another one.
    readAsVerifier(made.registration, key, place);
    return { key, counter: info.credential.counter, ...(unproven && { unproven }) };
  } catch (cause) {
    throw new Refusal('touch_invalid', {
      cause,
      sentence:
        'This key’s response cannot be used here, so it was not enrolled. Plug it in again and retry, or use another key (FIDO2, with a PIN or fingerprint).',
    });
  }
}

/** Why this failed, or undefined where it did not. */
const failureOf = (work: Promise<unknown>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
  );

/**
 * Verifies an assertion (WebAuthn L3, section 7.2) over this very challenge: origin, rpId, user present and verified,
 * backup flags that agree with each other and with what the key was enrolled as, the signature. Returns the use counter
 * that it names; whether it may be that one is for `Counters` to say. Throws `touch_invalid`.
 */
export async function checkAssertion(
  touch: Omit<Touch, 'statement'>,
  key: { publicKey: string; kind: EnrolledKey['kind'] },
  challenge: string,
  place: RelyingParty,
): Promise<number> {
  const { verifyAuthenticationResponse } = await library();
  try {
    const publicKey = fromBase64url(key.publicKey);
    refuseFramed(clientData(touch.clientDataJSON));
    await refuseLaxSignature(publicKey, touch.signature);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: touch.credential,
        rawId: touch.credential,
        type: 'public-key',
        clientExtensionResults: {},
        response: touch,
      },
      expectedChallenge: challenge,
      expectedOrigin: place.webOrigin,
      expectedRPID: place.rpId,
      // The counter is compared apart, so that a copied key is told from a bad signature.
      credential: { id: touch.credential, publicKey, counter: 0 },
      requireUserVerification: true,
    });
    if (!verified) throw new Error('the signature does not hold');
    if ((authenticationInfo.credentialDeviceType === 'multiDevice') !== (key.kind === 'synced'))
      throw new Error('the key is not the kind that was enrolled: whether it may be copied has changed');
    return authenticationInfo.newCounter;
  } catch (cause) {
    throw new Refusal('touch_invalid', { cause });
  }
}
