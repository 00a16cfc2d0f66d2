import { fromBase64url, random, toBase64url } from '#shared/bytes.ts';
import { needCredentials, noTouch } from './touch.ts';

/** A new key as the server wants it, before its touch over the enrolment statement. */
export interface NewKey {
  registration: { attestationObject: string; clientDataJSON: string };
  credential: string;
  transports: string[];
}

/** COSE: ES256, EdDSA (Ed25519), RS256. */
const algorithms = [-7, -8, -257] as const;

/**
 * Makes a key pair on a hardware key. The challenge is random: what binds the key to its person is the statement that
 * it signs next. `known` are the person's own keys, so that one key is not enrolled twice. Throws NoTouch.
 */
export async function register(
  person: { id: string; handle: string },
  known: readonly string[],
  signal?: AbortSignal,
): Promise<NewKey> {
  const credentials = needCredentials();
  let answer: Credential | null;
  try {
    answer = await credentials.create({
      publicKey: {
        rp: { name: 'Countersign' },
        user: { id: fromBase64url(person.id), name: person.handle, displayName: person.handle },
        challenge: random(32),
        pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: {
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        excludeCredentials: known.map((id) => ({ type: 'public-key', id: fromBase64url(id) })),
        attestation: 'direct',
        timeout: 110_000,
      },
      ...(signal && { signal }),
    });
  } catch (error) {
    throw noTouch(error);
  }
  if (
    !(answer instanceof PublicKeyCredential) ||
    !(answer.response instanceof AuthenticatorAttestationResponse)
  )
    throw noTouch(undefined);
  const { attestationObject, clientDataJSON } = answer.response;
  return {
    registration: {
      attestationObject: toBase64url(new Uint8Array(attestationObject)),
      clientDataJSON: toBase64url(new Uint8Array(clientDataJSON)),
    },
    credential: toBase64url(new Uint8Array(answer.rawId)),
    transports: answer.response.getTransports().slice(0, 8),
  };
}
