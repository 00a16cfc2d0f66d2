import { concat, equal, toBase64, utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { NoteError, type NoteKey, isKeyName, strictBase64 } from './keys.ts';
import { type Note, type Sign, type Verify, formatSignature, parseNote, parseSignature } from './note.ts';

/**
 * Cosignatures (C2SP tlog-cosignature, "Ed25519 signed message"): a witness's word that at a moment this was the
 * largest consistent checkpoint of the log that it had seen.
 */

/** Signature type identifier of Ed25519 cosignatures. */
const COSIGNATURE = 0x04;

/** SHA-256(name ‖ 0x0A ‖ 0x04 ‖ 32-byte public key)[:4] as a big-endian number. */
function keyId(name: string, publicKey: Uint8Array): number {
  const digest = sha256(utf8(name), Uint8Array.of(0x0a, COSIGNATURE), publicKey);
  return new DataView(digest.buffer).getUint32(0);
}

/** The key of a cosigner. `id` differs from that of a log by the same name and key. */
export function cosignerKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new NoteError('a key name has no spaces and no plus, and is not empty');
  if (publicKey.length !== 32) throw new NoteError('an Ed25519 public key is 32 bytes');
  return { name, id: keyId(name, publicKey), publicKey };
}

/** The name of a browser's cosigning key: the log it witnesses, and its id there. */
export const browserKeyName = (origin: string, browser: string): string => `${origin}/browser/${browser}`;

const hexId = (id: number): string => id.toString(16).padStart(8, '0');

/** `<name>+<hex id>+<base64 of type 04 and public key>` */
export const formatCosignerVkey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${hexId(id)}+${toBase64(concat(Uint8Array.of(COSIGNATURE), publicKey))}`;

/** Reads a cosigner's vkey. Throws NoteError on anything but one of type 04 with the id that belongs to it. */
export function parseCosignerVkey(vkey: string): NoteKey {
  const [name, id, ...rest] = vkey.split('+');
  if (name === undefined || id === undefined || rest.length === 0)
    throw new NoteError('a verifier key is name+id+key');
  const material = strictBase64(rest.join('+'), 'the key');
  if (!equal(material.subarray(0, 1), Uint8Array.of(COSIGNATURE)))
    throw new NoteError('the key is not one for cosignatures with Ed25519');
  const key = cosignerKey(name, material.slice(1));
  if (hexId(key.id) !== id) throw new NoteError('the id does not belong to this name and key');
  return key;
}

/** The last moment that a date can be of, in seconds (ECMA-262, 21.4.1.1): a later one is no time. */
const LAST = 8_640_000_000_000;

/** "cosignature/v1\ntime <seconds>\n" ‖ the text of the checkpoint. */
const message = (text: string, seconds: number) => utf8(`cosignature/v1\ntime ${seconds}\n${text}`);

/** A signature line (with its newline) by which `key` cosigns the text of a checkpoint. `seconds` since 1970. */
export async function cosign(text: string, key: NoteKey, sign: Sign, seconds: number): Promise<string> {
  if (!Number.isSafeInteger(seconds) || seconds <= 0 || seconds > LAST)
    throw new NoteError('a cosignature has a time');
  const time = new DataView(new ArrayBuffer(8));
  time.setBigUint64(0, BigInt(seconds));
  const signature = concat(new Uint8Array(time.buffer), await sign(message(text, seconds)));
  return formatSignature({ name: key.name, id: key.id, signature });
}

/**
 * The time (seconds since 1970) of a cosignature line by this key over this text, once its signature holds. Throws
 * NoteError where the line is by another key, has no time, or does not hold.
 */
export async function checkCosignature(
  line: string,
  text: string,
  key: NoteKey,
  verify: Verify,
): Promise<number> {
  const { name, id, signature } = parseSignature(line.replace(/\n$/, ''));
  if (name !== key.name || id !== key.id) throw new NoteError(`this is no cosignature by ${key.name}`);
  if (signature.length !== 72) throw new NoteError('a cosignature is 72 bytes');
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  const seconds = Number(time);
  if (seconds === 0 || seconds > LAST) throw new NoteError('a cosignature has a time');
  if (!(await verify(key.publicKey, message(text, seconds), signature.slice(8))))
    throw new NoteError(`the cosignature by ${name} does not hold`);
  return seconds;
}

/** What a client of a witness sends (C2SP tlog-witness, "add-checkpoint"). `proof` from `old` to the checkpoint's size. */
export const formatAddCheckpoint = (old: number, proof: readonly Uint8Array[], note: string): string =>
  [`old ${old}`, ...proof.map(toBase64), '', note].join('\n');

/** The same taken apart, believed in nothing. Throws NoteError on anything that is not in its form. */
export function parseAddCheckpoint(body: string): {
  old: number;
  proof: Uint8Array[];
  note: Note;
  checkpoint: Checkpoint;
} {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  const size = /^old (0|[1-9]\d*)$/.exec(first)?.[1];
  if (size === undefined || !Number.isSafeInteger(Number(size)))
    throw new NoteError('the first line is "old" and a size');
  if (lines.length > 63) throw new NoteError('a proof has 63 lines at most');
  const proof = lines.map((line) => {
    const hash = strictBase64(line, 'a line of the proof');
    if (hash.length !== 32) throw new NoteError('a line of the proof is not 32 bytes');
    return hash;
  });
  const note = parseNote(body.slice(end + 2));
  return { old: Number(size), proof, note, checkpoint: parseCheckpoint(note.text) };
}
