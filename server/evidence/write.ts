import { fromBase64url, fromUtf8, toBase64url, utf8 } from '#shared/bytes.ts';
import { joinLines } from '#shared/evidence/bundle.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import {
  type DetailLine,
  type Manifest,
  STATES_A_FILE,
  claimed,
  evidenceFormat,
  names,
} from '#shared/evidence/format.ts';
import type { Zip } from '#shared/evidence/zip.ts';
import { decodeEntry, type Entry } from '#shared/domain/entries.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { canonical } from '#shared/log/canonical.ts';
import { commitmentsIn } from '#shared/domain/index.ts';
import { sha256 } from '../sha256.ts';
import { cosignedNotes } from '../witness/index.ts';
import type { Held } from './held.ts';
import { readme } from './readme.ts';
import { type Selection, select } from './select.ts';

/** Told how many of how many entries were looked at. */
export type Progress = (done: number, of: number) => void;

export interface Request {
  readonly cut: Cut;
  /** Id of the person who takes it, or `host`. */
  readonly by: string;
  /** ms since 1970 */
  readonly now: number;
  /** The verifier that goes along, a page of its own. */
  readonly verifier: Uint8Array;
}

/** Writes an evidence bundle, file after file, keeping 256 entries at a time. */
export async function writeEvidence(
  held: Held,
  { cut, by, now, verifier }: Request,
  zip: Zip,
  progress: Progress = () => undefined,
): Promise<void> {
  const [first] = held.entries(0, 1);
  if (!first) throw new Error('The log has no entries yet, so there is no evidence to export.');
  const selection = await select(held, cut);
  const manifest: Manifest = {
    format: evidenceFormat,
    log: parseCheckpoint(parseNote(held.note).text).origin,
    genesis: toBase64url(leafHash(sha256, first)),
    cut,
    size: held.size,
    disclosed: selection.entries?.length ?? held.size,
    made: now,
    by,
  };
  await zip.add(names.readme, readme(manifest));
  await zip.add(names.verifier, verifier);
  await zip.add(names.manifest, joinLines([canonical(manifest)]));
  await zip.add(names.checkpoint, joinLines([held.note.slice(0, -1)]));
  const heads = await writeEntries(held, selection, zip, progress);
  for (const size of await writeCosigned(held, manifest.log, zip)) heads.add(size);
  await writeTiles(held, cut, selection, heads, zip);
  await writeStates(held, selection, zip);
}

/** Writes entries and their texts. Returns the sizes of the heads that touches among them pin. */
async function writeEntries(
  held: Held,
  selection: Selection,
  zip: Zip,
  progress: Progress,
): Promise<Set<number>> {
  const heads = new Set<number>();
  let at = 0;
  for (let n = 0; n * TILE_WIDTH < held.size; n++) {
    progress(n * TILE_WIDTH, held.size);
    const base = n * TILE_WIDTH;
    const end = Math.min(base + TILE_WIDTH, held.size);
    const indexes: number[] = [];
    if (!selection.entries) for (let index = base; index < end; index++) indexes.push(index);
    else for (; (selection.entries[at] ?? Infinity) < end; at++) indexes.push(selection.entries[at] ?? 0);
    if (indexes.length === 0) continue;
    const bundle = held.entries(base, end);
    const lines: string[] = [];
    const details: string[] = [];
    for (const index of indexes) {
      const bytes = bundle[index - base];
      if (!bytes) throw new Error(`the log lost entry ${index}`);
      lines.push(`${index} ${fromUtf8(bytes)}`);
      const entry = decodeEntry(bytes);
      for (const size of headsIn(entry.body)) heads.add(size);
      details.push(...textsOf(held, selection, entry, index).map((line) => canonical(line)));
    }
    await zip.add(names.entries(n), joinLines(lines));
    if (details.length > 0) await zip.add(names.details(n), joinLines(details));
  }
  progress(held.size, held.size);
  return heads;
}

function textsOf(held: Held, { withText }: Selection, entry: Entry, index: number): DetailLine[] {
  return commitmentsIn(entry).flatMap((committed) => {
    const found = withText(index, committed) && held.detail(fromBase64url(committed.commitment));
    if (!found) return [];
    const { salt, detail: text } = found;
    return [{ entry: index, commitment: committed.commitment, salt: toBase64url(salt), text }];
  });
}

/** The sizes of the heads in all statements within a body. */
function headsIn(body: unknown): number[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'statement' || typeof value !== 'string') return headsIn(value);
    return [(JSON.parse(value) as { head: { size: number } }).head.size];
  });
}

/** Writes the checkpoints of this bundle's log that witnesses cosigned, newest first. Returns their sizes. */
async function writeCosigned(held: Held, origin: string, zip: Zip): Promise<number[]> {
  const notes = cosignedNotes(held.cosignatures(), { origin, size: held.size });
  for (const [n, { note }] of notes.entries()) await zip.add(names.cosigned(n), utf8(note));
  return notes.map(({ size }) => size);
}

/**
 * Writes hash tiles: all of them, so that every entry that is not disclosed is counted and every pinned head can be
 * compared; for a session only those leaves that prove its entries and heads, for it is whole by its chain.
 */
async function writeTiles(
  held: Held,
  cut: Cut,
  { entries }: Selection,
  heads: ReadonlySet<number>,
  zip: Zip,
): Promise<void> {
  const { size } = held;
  const wanted = new Set([...(entries ?? []), ...heads, size].map((at) => Math.floor(at / TILE_WIDTH)));
  for (const tile of tilesOf(size))
    if (tile.level !== 0 || cut.kind !== 'session' || wanted.has(tile.n))
      await zip.add(tilePath(tile), held.tile(tile));
}

/** Writes the rows of requests, grants and sessions all of whose entries are disclosed. */
async function writeStates(held: Held, { entries }: Selection, zip: Zip): Promise<void> {
  const disclosed = entries && new Set(entries);
  const has = (index: number): boolean => (disclosed ? disclosed.has(index) : index < held.size);
  let lines: string[] = [];
  let n = 0;
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await zip.add(names.states(n++), joinLines(lines));
    lines = [];
  };
  for (const kind of claimed)
    for (const [id, row] of held.state.all(kind)) {
      if (!row.entries.every(has)) continue;
      if (kind === 'session' && !held.find(`session:${id}`).every(has)) continue;
      lines.push(canonical({ kind, id, row }));
      if (lines.length === STATES_A_FILE) await flush();
    }
  await flush();
}
