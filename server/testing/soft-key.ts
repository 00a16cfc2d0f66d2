import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { concat, fromBase64url, random, toBase64url, utf8 } from '#shared/bytes.ts';
import { canonical } from '#shared/log/canonical.ts';
import { challengeOf } from '#shared/domain/signing.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { type Cbor, cbor } from './cbor.ts';

/** Flags of authenticator data (WebAuthn L3, 6.1): user present, user verified, backup eligible, backed up, key inside. */
export const flag = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64 } as const;

/** Format and statement of an attestation (WebAuthn L3, 6.5.4). */
export interface Attestation {
  format: string;
  statement: Cbor;
}

/** What a test may get wrong in a ceremony. Left out, everything is as an honest browser and key make it. */
export interface Alterations {
  type?: string;
  challenge?: string;
  origin?: string;
  crossOrigin?: unknown;
  topOrigin?: string;
  rpId?: string;
  flags?: number;
  counter?: number;
  /** Id of the credential as the response names it, apart from the one that signs. */
  credential?: string;
  /** Changes the authenticator data after it was made and before it is signed. */
  authenticatorData?: (bytes: Uint8Array) => Uint8Array;
  /** Changes what is sent after it was signed. */
  sentData?: (bytes: Uint8Array) => Uint8Array;
  signature?: (bytes: Uint8Array) => Uint8Array;
}

export interface SoftKeyOptions {
  /** Ed448 is one that the server does not take. */
  algorithm?: 'ES256' | 'Ed25519' | 'RS256' | 'Ed448';
  /** `none`, by the key itself, or whatever a maker's statement says over these bytes. */
  attestation?: 'none' | 'packed' | ((signed: Uint8Array, key: string) => Attestation);
  /** Length of the credential id in bytes; WebAuthn allows up to 1,023. */
  idLength?: number;
  /** A passkey that its vendor copies between devices. */
  synced?: boolean;
  /** Whether it counts its uses; passkeys in phones always answer 0. */
  counts?: boolean;
}

export interface SoftRegistration {
  credential: string;
  registration: { attestationObject: string; clientDataJSON: string };
  transports: string[];
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const uint32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);

const cose = { ES256: -7, Ed25519: -8, RS256: -257, Ed448: -53 } as const;

function pairOf(algorithm: keyof typeof cose): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return algorithm === 'Ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('ed25519');
}

/** The public key as COSE writes it (RFC 9053). */
function coseKey(algorithm: keyof typeof cose, publicKey: KeyObject): Uint8Array {
  const { x = '', y = '', n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const parts: [number, Cbor][] =
    algorithm === 'ES256'
      ? [
          [1, 2],
          [3, cose.ES256],
          [-1, 1],
          [-2, fromBase64url(x)],
          [-3, fromBase64url(y)],
        ]
      : algorithm === 'RS256'
        ? [
            [1, 3],
            [3, cose.RS256],
            [-1, fromBase64url(n)],
            [-2, fromBase64url(e)],
          ]
        : [
            [1, 1],
            [3, cose[algorithm]],
            [-1, algorithm === 'Ed448' ? 7 : 6],
            [-2, fromBase64url(x)],
          ];
  return cbor(new Map(parts));
}

/**
 * A hardware key made of software, for tests of the server: it makes the registrations and assertions of WebAuthn L3
 * as an honest browser and key would, or with exactly one thing wrong.
 */
export class SoftKey {
  readonly id: string;
  readonly #place: { webOrigin: string; rpId: string };
  readonly #algorithm: keyof typeof cose;
  readonly #attestation: NonNullable<SoftKeyOptions['attestation']>;
  readonly #pair: { publicKey: KeyObject; privateKey: KeyObject };
  readonly #synced: boolean;
  readonly #counts: boolean;
  #counter = 0;

  constructor(place: { webOrigin: string; rpId: string }, options: SoftKeyOptions = {}) {
    const {
      algorithm = 'ES256',
      attestation = 'none',
      idLength = 32,
      synced = false,
      counts = true,
    } = options;
    this.#place = place;
    this.#algorithm = algorithm;
    this.#attestation = attestation;
    this.#synced = synced;
    this.#counts = counts;
    this.#pair = pairOf(algorithm);
    this.id = toBase64url(random(idLength));
  }

  /** How often it was used. */
  get counter(): number {
    return this.#counter;
  }

  /** The public key as COSE, base64url. */
  get publicKey(): string {
    return toBase64url(coseKey(this.#algorithm, this.#pair.publicKey));
  }

  /** The private key as PKCS #8, for a browser's virtual authenticator that is to hold this key. */
  pkcs8(): Buffer {
    return this.#pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  }

  /** A registration over a random challenge, as the enrolment page asks for (WebAuthn L3, 6.3.2). */
  register(alter: Alterations = {}): SoftRegistration {
    const clientData = this.#clientData('webauthn.create', toBase64url(random(32)), alter);
    const id = fromBase64url(this.id);
    const attested = concat(
      new Uint8Array(16),
      uint16(id.length),
      id,
      coseKey(this.#algorithm, this.#pair.publicKey),
    );
    const data = this.#authenticatorData(flag.AT, alter, attested);
    const { format, statement } = this.#attest(concat(data, sha256(clientData)), alter);
    const object = new Map<string, Cbor>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', alter.sentData?.(data) ?? data],
    ]);
    return {
      credential: alter.credential ?? this.id,
      registration: { attestationObject: toBase64url(cbor(object)), clientDataJSON: toBase64url(clientData) },
      transports: ['usb'],
    };
  }

  /** A touch over a statement: an object in its canonical form, or a text exactly as it is. */
  touch(statement: object | string, alter: Alterations = {}): Touch {
    const text = typeof statement === 'string' ? statement : canonical(statement);
    return { statement: text, ...this.assert(challengeOf(text), alter) };
  }

  /** An assertion over any challenge (WebAuthn L3, 6.3.3). */
  assert(challenge: string, alter: Alterations = {}): Omit<Touch, 'statement'> {
    const clientData = this.#clientData('webauthn.get', challenge, alter);
    const data = this.#authenticatorData(0, alter);
    return {
      credential: alter.credential ?? this.id,
      clientDataJSON: toBase64url(clientData),
      authenticatorData: toBase64url(alter.sentData?.(data) ?? data),
      signature: toBase64url(this.#sign(concat(data, sha256(clientData)), alter)),
    };
  }

  #attest(signed: Uint8Array, alter: Alterations): Attestation {
    if (typeof this.#attestation === 'function') return this.#attestation(signed, this.publicKey);
    const statement = new Map<string, Cbor>();
    if (this.#attestation === 'packed') {
      statement.set('alg', cose[this.#algorithm]);
      statement.set('sig', this.#sign(signed, alter));
    }
    return { format: this.#attestation, statement };
  }

  #clientData(type: string, challenge: string, alter: Alterations): Uint8Array {
    const data = {
      type: alter.type ?? type,
      challenge: alter.challenge ?? challenge,
      origin: alter.origin ?? this.#place.webOrigin,
      crossOrigin: alter.crossOrigin ?? false,
      ...(alter.topOrigin === undefined ? {} : { topOrigin: alter.topOrigin }),
    };
    return utf8(JSON.stringify(data));
  }

  #authenticatorData(added: number, alter: Alterations, ...rest: Uint8Array[]): Uint8Array {
    if (this.#counts) this.#counter++;
    const flags = alter.flags ?? flag.UP | flag.UV | (this.#synced ? flag.BE | flag.BS : 0);
    const data = concat(
      sha256(utf8(alter.rpId ?? this.#place.rpId)),
      Uint8Array.of(flags | added),
      uint32(alter.counter ?? this.#counter),
      ...rest,
    );
    return alter.authenticatorData?.(data) ?? data;
  }

  #sign(data: Uint8Array, alter: Alterations): Uint8Array {
    const signature = sign(this.#algorithm.startsWith('Ed') ? null : 'sha256', data, this.#pair.privateKey);
    return alter.signature?.(signature) ?? signature;
  }
}
