import { concat, fromUtf8, toBase64, utf8 } from '#shared/bytes.ts';
import { NoteError, type NoteKey, isKeyName, strictBase64 } from './keys.ts';

/** One signature line. `signature` is what follows the 4 bytes of the key id. */
interface NoteSignature {
  readonly name: string;
  readonly id: number;
  readonly signature: Uint8Array;
}

/** Text signed by one or more keys (C2SP signed-note). The text ends in a newline and is worth nothing until verified. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

type Awaitable<T> = T | Promise<T>;
/** Ed25519 (RFC 8032): WebCrypto in the browser, node:crypto on the server. */
export type Sign = (message: Uint8Array<ArrayBuffer>) => Awaitable<Uint8Array>;
export type Verify = (
  publicKey: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array,
) => Awaitable<boolean>;

/** Room for the log's keys and many witnesses; a longer note is refused before any signature is checked. */
export const MOST_SIGNATURES = 64;
const MOST_BYTES = 1_000_000;

function mustBeText(text: string): void {
  if (!text.endsWith('\n')) throw new NoteError('the text of a note ends in a newline');
  // Whatever a signature line's own text may hold, only the newline may break a line.
  if (!text.isWellFormed() || /[^\P{Cc}\n\u007F-\u009F]/u.test(text))
    throw new NoteError('a note is UTF-8 without control characters');
}

const SIGNATURE = /^\u2014 (\S+) (\S+)$/u;

/** Reads one signature line, without its newline. Throws NoteError. */
export function parseSignature(line: string): NoteSignature {
  const [, name, text] = SIGNATURE.exec(line) ?? [];
  if (name === undefined || text === undefined || !isKeyName(name))
    throw new NoteError('a signature line is not in the form of one');
  const bytes = strictBase64(text, 'a signature');
  if (bytes.length < 5) throw new NoteError('a signature is too short');
  return { name, id: new DataView(bytes.buffer).getUint32(0), signature: bytes.slice(4) };
}

/** Takes a note apart without believing it. Throws NoteError on anything that is not a signed note. */
export function parseNote(note: string | Uint8Array): Note {
  if (note.length > MOST_BYTES) throw new NoteError('the note is too long');
  let whole: string;
  try {
    whole = typeof note === 'string' ? note : fromUtf8(note);
  } catch {
    throw new NoteError('a note is UTF-8 without control characters');
  }
  mustBeText(whole);
  // The last empty line divides; the text keeps its own newline.
  const end = whole.lastIndexOf('\n\n');
  if (end < 0) throw new NoteError('the note has no empty line before its signatures');
  const lines = whole.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new NoteError('the note has too many signatures');
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** What a note signs: all up to its last empty line, with the newline before that. */
export const noteText = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1);

export function formatNote({ text, signatures }: Note): string {
  mustBeText(text);
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** A signature line, with its newline. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  const prefix = new DataView(new ArrayBuffer(4));
  prefix.setUint32(0, id);
  return `\u2014 ${name} ${toBase64(concat(new Uint8Array(prefix.buffer), signature))}\n`;
}

/** Signs a text that ends in a newline. */
export async function signNote(text: string, key: NoteKey, sign: Sign): Promise<string> {
  mustBeText(text);
  const signature = await sign(utf8(text));
  return formatNote({ text, signatures: [{ name: key.name, id: key.id, signature }] });
}

/**
 * The text of a note, once it is shown that a known key signed it, and the keys that did. Signatures by other keys
 * are ignored; one that names a known key and does not hold refuses the whole note. Throws NoteError.
 */
export async function openNote(
  note: string | Uint8Array,
  known: readonly NoteKey[],
  verify: Verify,
): Promise<{ text: string; by: NoteKey[] }> {
  const { text, signatures } = parseNote(note);
  const message = utf8(text);
  const by: NoteKey[] = [];
  for (const { name, id, signature } of signatures) {
    const key = known.find((candidate) => candidate.name === name && candidate.id === id);
    if (!key || by.includes(key)) continue;
    if (!(await verify(key.publicKey, message, signature)))
      throw new NoteError(`the signature by ${name} does not hold`);
    by.push(key);
  }
  if (by.length === 0) throw new NoteError('no key that we know signed this note');
  return { text, by };
}
