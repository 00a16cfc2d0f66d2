import { expect } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { decodeEntry, type Rows } from '#shared/domain/entries.ts';
import { fold, indexKeysOf } from '#shared/domain/index.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import { MemoryState } from '#shared/log/state.ts';
import { openBundle } from '#shared/evidence/bundle.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { Zip, openZip } from '#shared/evidence/zip.ts';
import { tilePath } from '#shared/log/merkle/tiles.ts';
import type { Drawn } from '#shared/verify/drawn.ts';
import { verifyBundle } from '#shared/verify/bundle.ts';
import { Fault, type Pins, type Step, type Verdict } from '#shared/verify/types.ts';
import { type Held, heldBy } from '../evidence/held.ts';
import { writeEvidence } from '../evidence/write.ts';
import type { Cosigned } from '../witness/store.ts';
import { type Forged, type Forgery, run } from './forgery.ts';
import type { TestServer } from './start.ts';

/** The files of a bundle in memory, by name, to be edited. */
export type BundleFiles = Map<string, Uint8Array>;

/** Collects what is written into a blob. */
async function blobOf(write: (zip: Zip) => Promise<void>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip(new WritableStream({ write: (chunk) => void parts.push(new Uint8Array(chunk)) }));
  await write(zip);
  await zip.close();
  return new Blob(parts);
}

export const pack = (files: BundleFiles): Promise<Blob> =>
  blobOf(async (zip) => {
    for (const [name, bytes] of files) await zip.add(name, bytes);
  });

export async function unpack(blob: Blob): Promise<BundleFiles> {
  const zip = await openZip(blob);
  const files: BundleFiles = new Map();
  // A file that is damaged counts as an empty one.
  for (const name of zip.names)
    files.set(name, (await zip.read(name).catch(() => undefined)) ?? new Uint8Array());
  return files;
}

/** Verifies a ZIP as the command and the page do. */
export async function verifyZip(
  blob: Blob,
  pins: Pins,
  drawn?: Drawn,
): Promise<{ steps: Step[]; verdict: Verdict }> {
  try {
    return await run(verifyBundle(await openBundle(await openZip(blob)), pins, drawn ? { drawn } : {}));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { steps: [], verdict: { state: error.state, sentence: error.message } };
  }
}

/** Evidence of a server, taken out and verified. */
export class Bundles {
  readonly #held: () => Held;
  readonly pins: Pins;

  constructor(server: TestServer, held: () => Held = () => heldBy(server.services)) {
    this.#held = held;
    const { verifierKey, genesis } = server.services.log;
    this.pins = { logKey: verifierKey, genesis };
  }

  blob(cut: Cut): Promise<Blob> {
    const request = { cut, by: 'host', now: Date.UTC(2026, 10, 26), verifier: utf8('<!doctype html>\n') };
    return blobOf((zip) => writeEvidence(this.#held(), request, zip));
  }

  /** The files of a bundle, for editing. */
  async files(cut: Cut): Promise<BundleFiles> {
    return unpack(await this.blob(cut));
  }

  /** Packs the files again and verifies the ZIP. */
  async verify(files: BundleFiles, pins: Pins = this.pins, drawn?: Drawn) {
    return verifyZip(await pack(files), pins, drawn);
  }
}

/** Entries that were forged and sealed with the true key, with the texts of the true log beside them. */
export async function heldForged(
  log: Forgery,
  server: TestServer,
  entries: readonly Uint8Array[],
  cosigned: readonly Cosigned[] = [],
): Promise<Held> {
  const files = await log.seal(entries);
  const state = new MemoryState<Rows>();
  const places = new Map<IndexKey, number[]>();
  entries.forEach((bytes, index) => {
    const entry = decodeEntry(bytes);
    try {
      fold(state, entry, index);
    } catch {
      // A lie need not fold; what it rests on is taken out all the same.
    }
    for (const place of indexKeysOf(entry, state)) {
      const found = places.get(place);
      if (found) found.push(index);
      else places.set(place, [index]);
    }
  });
  const bytes = (path: string): Uint8Array => {
    const found = files.get(path);
    if (!found) throw new Error(`no ${path}`);
    return found;
  };
  return {
    note: new TextDecoder().decode(bytes('checkpoint')),
    size: entries.length,
    state,
    entries: (from, to) => entries.slice(from, to),
    entry: (index) => decodeEntry(entries[index] ?? new Uint8Array()),
    tile: (tile) => bytes(tilePath(tile)),
    find: (place) => places.get(place) ?? [],
    newest: (place) => places.get(place)?.at(-1),
    detail: (commitment) => server.services.log.detail(commitment),
    cosignatures: () => [...cosigned],
  };
}

/** Asserts that a forgery is red for this reason, naming its entry: in the whole log and in each of these cuts of it. */
export async function expectRedIn(
  cuts: readonly Cut[],
  { log, server }: { log: Forgery; server: TestServer },
  forged: Forged,
  reason: RegExp,
): Promise<void> {
  await log.expectRed(forged, reason);
  const held = await heldForged(log, server, forged.entries);
  const lying = new Bundles(server, () => held);
  for (const cut of cuts) {
    const { verdict } = await lying.verify(await lying.files(cut));
    const sentence = expect.stringMatching(reason) as string;
    expect(verdict, cut.kind).toEqual({ state: 'failed', entry: forged.index, sentence });
  }
}

export const said = (steps: readonly Step[]): string => steps.map(({ sentence }) => sentence).join('\n');
