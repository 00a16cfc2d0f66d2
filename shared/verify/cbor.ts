import { fromUtf8 } from '#shared/bytes.ts';

/** What attestation objects and COSE keys are made of (RFC 8949). */
export type Cbor = number | string | boolean | null | Uint8Array<ArrayBuffer> | Cbor[] | CborMap;
export type CborMap = Map<number | string, Cbor>;

/** COSE keys nest one deep, attestation statements of their own words three; deeper is nobody's key. */
const DEEPEST = 8;

/**
 * Reads one item, and where the next one begins. Strict: shortest lengths, no indefinite ones, no tags, no floats, no
 * key twice; so that one object has one spelling. Throws SyntaxError.
 */
export function readCbor(bytes: Uint8Array, at = 0, depth = 0): { value: Cbor; next: number } {
  if (depth > DEEPEST) throw new SyntaxError('CBOR is nested too deeply');
  const { major, argument, next } = readHead(bytes, at);
  switch (major) {
    case 0:
      return { value: argument, next };
    case 1:
      return { value: -1 - argument, next };
    case 2:
    case 3: {
      const end = next + argument;
      if (end > bytes.length) throw new SyntaxError('CBOR ends within a string');
      const content = new Uint8Array(bytes.subarray(next, end));
      return { value: major === 2 ? content : fromUtf8(content), next: end };
    }
    case 4: {
      const items: Cbor[] = [];
      let position = next;
      for (let n = 0; n < argument; n++) {
        const item = readCbor(bytes, position, depth + 1);
        items.push(item.value);
        position = item.next;
      }
      return { value: items, next: position };
    }
    case 5: {
      const map: CborMap = new Map();
      let position = next;
      for (let n = 0; n < argument; n++) {
        const key = readCbor(bytes, position, depth + 1);
        if ((typeof key.value !== 'number' && typeof key.value !== 'string') || map.has(key.value))
          throw new SyntaxError('a CBOR map has a key twice, or one that is no name');
        const item = readCbor(bytes, key.next, depth + 1);
        map.set(key.value, item.value);
        position = item.next;
      }
      return { value: map, next: position };
    }
    case 7:
      if (argument === 20 || argument === 21) return { value: argument === 21, next };
      if (argument === 22) return { value: null, next };
      throw new SyntaxError('CBOR of a kind that no key has');
    default:
      throw new SyntaxError('CBOR with a tag');
  }
}

/** Major type and argument of an item (RFC 8949, section 3), the argument in its shortest form. */
function readHead(bytes: Uint8Array, at: number): { major: number; argument: number; next: number } {
  const first = bytes[at];
  if (first === undefined) throw new SyntaxError('CBOR ends too early');
  const major = first >> 5;
  const low = first & 31;
  if (low < 24) return { major, argument: low, next: at + 1 };
  // Items of major type 7 with more bytes are floats and reserved values.
  if (low > 27 || major === 7) throw new SyntaxError('CBOR of an indefinite length, or a float');
  const length = 2 ** (low - 24);
  const digits = bytes.subarray(at + 1, at + 1 + length);
  if (digits.length < length) throw new SyntaxError('CBOR ends within a number');
  const argument = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  const shortest = low === 24 ? 24 : 2 ** (4 * length);
  if (argument < shortest || !Number.isSafeInteger(argument))
    throw new SyntaxError('a number in CBOR is not in its shortest form');
  return { major, argument, next: at + 1 + length };
}

/** Reads bytes that are one map and nothing after it. Throws SyntaxError. */
export function readCborMap(bytes: Uint8Array): CborMap {
  const { value, next } = readCbor(bytes);
  if (!(value instanceof Map) || next !== bytes.length) throw new SyntaxError('not one CBOR map');
  return value;
}

/** The three parts of an attestation object (WebAuthn L3, 6.5.4), in the order in which keys and browsers write them. */
const parts = ['fmt', 'attStmt', 'authData'] as const;

/**
 * Reads format and authenticator data of an attestation object. The statement between them is stepped over: it is in its
 * maker's own words, which may be of any kind that CBOR has, and nothing here rests on it. Throws SyntaxError.
 */
export function readAttestationObject(bytes: Uint8Array): { format: string; authData: Uint8Array } {
  const { major, argument, next } = readHead(bytes, 0);
  if (major !== 5 || argument !== parts.length) throw new SyntaxError('not an attestation object');
  const found = new Map<Cbor, Cbor>();
  let at = next;
  for (let n = 0; n < parts.length; n++) {
    const name = readCbor(bytes, at);
    if (found.has(name.value)) throw new SyntaxError('an attestation object has a part twice');
    const item =
      name.value === 'attStmt' ? { value: null, next: skip(bytes, name.next) } : readCbor(bytes, name.next);
    found.set(name.value, item.value);
    at = item.next;
  }
  const [format, authData] = [found.get('fmt'), found.get('authData')];
  if (typeof format !== 'string' || !(authData instanceof Uint8Array) || !found.has('attStmt'))
    throw new SyntaxError('an attestation object lacks a part');
  if (at !== bytes.length) throw new SyntaxError('something follows the attestation object');
  return { format, authData };
}

/** Where the item at `at` ends, whatever it is: tags, floats and open lengths included. Throws SyntaxError. */
function skip(bytes: Uint8Array, at: number, depth = 0): number {
  if (depth > DEEPEST * 2) throw new SyntaxError('CBOR is nested too deeply');
  const first = bytes[at];
  if (first === undefined) throw new SyntaxError('CBOR ends too early');
  const [major, low] = [first >> 5, first & 31];
  const size = low < 24 || low === 31 ? 0 : 2 ** (low - 24);
  if (low > 27 && low < 31) throw new SyntaxError('CBOR of a reserved length');
  let next = at + 1 + size;
  if (next > bytes.length) throw new SyntaxError('CBOR ends within a number');
  if (low === 31) {
    if (major < 2 || major > 5) throw new SyntaxError('CBOR of an open length that cannot have one');
    while (bytes[next] !== 0xff) next = skip(bytes, next, depth + 1);
    return next + 1;
  }
  const argument = low < 24 ? low : bytes.subarray(at + 1, next).reduce((sum, digit) => sum * 256 + digit, 0);
  if (major === 2 || major === 3) {
    if (next + argument > bytes.length) throw new SyntaxError('CBOR ends within a string');
    return next + argument;
  }
  const items = major === 4 ? argument : major === 5 ? argument * 2 : major === 6 ? 1 : 0;
  for (let n = 0; n < items; n++) next = skip(bytes, next, depth + 1);
  return next;
}
