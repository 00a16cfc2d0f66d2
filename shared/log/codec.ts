import { z } from 'zod';
import { fromUtf8, random, toBase64url, utf8 } from '#shared/bytes.ts';
import { ENTRY_BYTES } from '#shared/log/merkle/bundle.ts';
import { Refusal } from '#shared/errors.ts';
import { canonical } from './canonical.ts';
import { b64u, isNewer } from './form.ts';

/**
 * An entry's bytes: canonical JSON (RFC 8785) of version, type, time, 16 random bytes and body. The random bytes are
 * there so that nobody can guess an entry from its hash in a tile.
 */
const envelope = z.strictObject({
  v: z.int().positive(),
  type: z.string().regex(/^[a-z][a-z-]*(?:\.[a-z][a-z-]*)?$/),
  /** Log time in ms since 1970. */
  time: z.int().nonnegative(),
  rand: b64u(16),
  body: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelope>;

/** Bytes that are no entry. `newer` where a later version may have made them: a verifier then cannot judge. */
export class EntryError extends Error {
  readonly newer: boolean;

  constructor(sentence: string, options: { newer?: boolean; cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'EntryError';
    this.newer = options.newer ?? false;
  }
}

/** Deeper JSON is nobody's entry. */
export const DEEPEST = 16;

/** Strings, safe integers, booleans, arrays and objects; no null, so that "absent" has one spelling. */
function mustBePlain(value: unknown, depth = 0): void {
  if (depth > DEEPEST) throw new EntryError('an entry is nested too deeply');
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new EntryError('an entry holds half of a character');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new EntryError('an entry holds a number that is no safe integer');
  } else if (Array.isArray(value)) {
    for (const item of value) mustBePlain(item, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw new EntryError('an entry holds a key that is not allowed');
      mustBePlain(key);
      mustBePlain(item, depth + 1);
    }
  } else if (typeof value !== 'boolean') {
    throw new EntryError(
      'an entry holds something other than strings, integers, booleans, arrays and objects',
    );
  }
}

/**
 * A new entry and its bytes: decodeEnvelope(bytes) = entry, because plain values are what JSON gives back.
 * Refuses with `too_large` above 65,535 bytes and with `invalid_input` what no entry can hold.
 */
export function makeEntry(
  type: string,
  time: number,
  body: object,
  v = 1,
): { entry: Envelope; bytes: Uint8Array<ArrayBuffer> } {
  const entry: Envelope = { v, type, time, rand: toBase64url(random(16)), body: { ...body } };
  try {
    mustBePlain(entry);
  } catch (cause) {
    throw new Refusal('invalid_input', { cause });
  }
  const bytes = utf8(canonical(entry));
  if (bytes.length > ENTRY_BYTES) throw new Refusal('too_large');
  return { entry, bytes };
}

/** The bytes of a new entry. */
export const encodeEntry = (type: string, time: number, body: object): Uint8Array<ArrayBuffer> =>
  makeEntry(type, time, body).bytes;

/** Reads an entry of any type. Throws EntryError on bytes that are not the one spelling of one. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > ENTRY_BYTES) throw new EntryError('an entry is longer than 65,535 bytes');
  let value: unknown;
  let text: string;
  try {
    text = fromUtf8(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new EntryError('an entry is not JSON in UTF-8', { cause });
  }
  mustBePlain(value);
  const { success, data, error } = envelope.safeParse(value);
  if (!success) throw notInForm('an entry', error, value);
  if (canonical(data) !== text) throw new EntryError('an entry is not canonical JSON');
  return data;
}

/** The refusal of a value that is not in its form. */
export function notInForm(what: string, cause: z.ZodError, value: unknown): EntryError {
  const newer = isNewer(cause, value);
  const sentence = newer ? 'says something that this version does not know' : 'is not in its form';
  return new EntryError(`${what} ${sentence}`, { newer, cause });
}
