import { ProofError } from './hash.ts';

/** The longest entry that a bundle can hold, in bytes. */
export const ENTRY_BYTES = 65_535;

/** An entry bundle: each entry behind its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES)
      throw new ProofError(`an entry of ${entry.length} bytes does not fit in a bundle`);
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** The entries of a bundle that should hold `count`. Throws ProofError when it holds more, fewer or half of one. */
export function decodeBundle(bundle: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const high = bundle[at];
    const low = bundle[at + 1];
    if (high === undefined || low === undefined)
      throw new ProofError('the bundle ends within the length of an entry');
    const end = at + 2 + high * 256 + low;
    if (end > bundle.length) throw new ProofError('the bundle ends within an entry');
    entries.push(bundle.slice(at + 2, end));
    at = end;
  }
  if (entries.length !== count)
    throw new ProofError(`the bundle holds ${entries.length} entries and not ${count}`);
  return entries;
}

/** Where the first `width` entries of a bundle end, in bytes; beyond its own end where it has not so many whole ones. */
export function endOfEntries(bundle: Uint8Array, width: number): number {
  let end = 0;
  for (let i = 0; i < width; i += 1) end += 2 + (bundle[end] ?? 0) * 256 + (bundle[end + 1] ?? 0);
  return end;
}
