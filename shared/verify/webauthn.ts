import type { z } from 'zod';
import { concat, equal, fromBase64url, fromUtf8, toBase64url, toHex, utf8 } from '#shared/bytes.ts';
import type { enrolledKey, registration } from '#shared/domain/people/entries.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { readAttestationObject, readCbor } from './cbor.ts';
import type { Keys } from './keys.ts';
import { Contradiction, mustHold } from '#shared/domain/judging.ts';

/** Where touches must come from, as genesis says. */
export interface RelyingParty {
  webOrigin: string;
  rpId: string;
}

/** Flags of authenticator data (WebAuthn L3, 6.1). */
const flag = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64, ED: 128 } as const;

interface AuthenticatorData {
  flags: number;
  /** What follows hash, flags and counter. */
  rest: Uint8Array;
}

function readAuthenticatorData(bytes: Uint8Array, { rpId }: RelyingParty): AuthenticatorData {
  mustHold(bytes.length >= 37, 'its authenticator data is cut off');
  mustHold(equal(bytes.subarray(0, 32), sha256(utf8(rpId))), `it was made for another site than ${rpId}`);
  const flags = bytes[32] ?? 0;
  mustHold((flags & flag.UP) !== 0, 'the key was not touched');
  mustHold((flags & flag.UV) !== 0, 'the key did not verify who touched it');
  mustHold((flags & flag.BS) === 0 || (flags & flag.BE) !== 0, 'its flags on copies of the key contradict');
  const rest = bytes.subarray(37);
  mustHold(rest.length > 0 === ((flags & (flag.AT | flag.ED)) !== 0), 'its authenticator data is malformed');
  return { flags, rest };
}

/** Checks type and origin of client data (WebAuthn L3, 5.8.1) and that no frame of another site was involved. */
function readClientData(
  bytes: Uint8Array,
  type: 'webauthn.get' | 'webauthn.create',
  { webOrigin }: RelyingParty,
): { challenge: unknown } {
  let data: unknown;
  try {
    data = JSON.parse(fromUtf8(bytes));
  } catch {
    throw new Contradiction('its client data is not JSON');
  }
  mustHold(typeof data === 'object' && data !== null, 'its client data is not an object');
  const { type: made, origin, crossOrigin, topOrigin, challenge } = data as Record<string, unknown>;
  mustHold(made === type, `its client data is not of type ${type}`);
  mustHold(origin === webOrigin, `it was not made on ${webOrigin}`);
  mustHold(
    (crossOrigin === undefined || crossOrigin === false) && topOrigin === undefined,
    'it was made in a frame of another site',
  );
  return { challenge };
}

/**
 * Checks one touch over this challenge by this COSE key (WebAuthn L3, 7.2). `challenge` and `publicKey` are base64url.
 * Use counters are not compared: sign-ins move them too and are not in the log. Throws Contradiction.
 */
export async function checkAssertion(
  touch: Omit<Touch, 'statement' | 'credential'>,
  expected: string,
  publicKey: string,
  place: RelyingParty,
  keys: Keys,
): Promise<void> {
  const clientData = fromBase64url(touch.clientDataJSON);
  const { challenge } = readClientData(clientData, 'webauthn.get', place);
  mustHold(challenge === expected, 'its touch is over another statement');
  const authenticatorData = fromBase64url(touch.authenticatorData);
  readAuthenticatorData(authenticatorData, place);
  const signed = concat(authenticatorData, sha256(clientData));
  let holds = false;
  try {
    holds = await keys.touched(publicKey, signed, touch.signature);
  } catch (error) {
    // A signature in a lax spelling; everything else is about the key and says so itself.
    if (!(error instanceof SyntaxError)) throw error;
  }
  mustHold(holds, 'the signature of the key does not hold');
}

type EnrolledKey = z.infer<typeof enrolledKey>;

/**
 * Checks that a registration made the very key that the entry enrols (WebAuthn L3, 7.1). Its challenge says nothing:
 * what binds the key to a person is its touch. The attestation statement is not read: what a maker says of a key is
 * the server's word (`attested`), and a statement that says nothing enrols all the same. Throws Contradiction.
 */
export function checkRegistration(
  made: z.infer<typeof registration>,
  key: EnrolledKey,
  place: RelyingParty,
): void {
  readClientData(fromBase64url(made.clientDataJSON), 'webauthn.create', place);
  const { format, authData } = readAttestationObject(fromBase64url(made.attestationObject));
  const { flags, rest } = readAuthenticatorData(authData, place);
  mustHold((flags & flag.AT) !== 0 && rest.length > 18, 'its registration holds no key');
  const idEnd = 18 + (rest[16] ?? 0) * 256 + (rest[17] ?? 0);
  mustHold(toBase64url(rest.subarray(18, idEnd)) === key.id, 'it registered another credential');
  const { next } = readCbor(rest, idEnd);
  mustHold(toBase64url(rest.subarray(idEnd, next)) === key.publicKey, 'it registered another public key');
  mustHold(next === rest.length || (flags & flag.ED) !== 0, 'there is more in its registration than one key');
  const hex = toHex(rest.subarray(0, 16));
  const aaguid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  mustHold(aaguid === key.aaguid, 'it registered a key of another make');
  mustHold(
    (key.kind === 'synced') === ((flags & flag.BE) !== 0),
    'the key is not as hard to copy as the entry says',
  );
  mustHold(key.kind !== 'attested' || format !== 'none', 'the key is called attested and nothing attests it');
}
