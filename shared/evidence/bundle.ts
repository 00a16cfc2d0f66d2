import { fromUtf8, utf8 } from '#shared/bytes.ts';
import { TILE_WIDTH, type Tile, tilePath, tilesOf } from '#shared/merkle/tiles.ts';
import { parseCanonical } from '#shared/statement/signing.ts';
import type { Disclosed, Evidence } from '#shared/verify/evidence.ts';
import { Fault, type Placed } from '#shared/verify/types.ts';
import {
  type DetailLine,
  type Manifest,
  type StateLine,
  detailLine,
  evidenceFormat,
  manifest,
  names,
  stateLine,
} from './format.ts';
import type { Files } from './zip.ts';

const wrong = (sentence: string): Fault => new Fault('failed', sentence);

/** A bundle that was opened. Its manifest is in form; nothing in it is proven yet. */
export interface Bundle extends Evidence {
  readonly manifest: Manifest;
  /** The details beside the entries of bundle `n`. */
  details(n: number): Promise<DetailLine[]>;
  /** Notes whose text is a checkpoint and whose signatures are cosignatures over it. */
  cosigned(): AsyncGenerator<Uint8Array>;
  /** The rows of state that are claimed. */
  states(): AsyncGenerator<StateLine>;
  /** The bundles beside whose entries there are details. */
  readonly detailed: readonly number[];
  /** Names of files that belong to no bundle. */
  readonly strange: readonly string[];
}

/** Reads the manifest of a bundle, and the rest when it is asked for. Throws Fault. */
export async function openBundle(files: Files): Promise<Bundle> {
  const said = await readManifest(files);
  const bundles = Math.ceil(said.size / TILE_WIDTH);
  // No signature covers these two, yet a file that is damaged anywhere is not the one that was handed over.
  for (const name of [names.readme, names.verifier]) await files.read(name);
  const lines = async (name: string): Promise<string[]> => {
    const bytes = await files.read(name);
    if (!bytes) return [];
    const text = readText(name, bytes);
    if (text !== '' && !text.endsWith('\n')) throw wrong(`${name} in the bundle is cut off.`);
    return text.split('\n').slice(0, -1);
  };
  return {
    manifest: said,
    whole: said.cut.kind === 'all',
    everyTile: said.cut.kind !== 'session',
    detailed: Array.from({ length: bundles }, (_, n) => n).filter((n) => files.names.has(names.details(n))),
    strange: strangeIn(files, said, bundles),
    async checkpoint() {
      const note = await files.read(names.checkpoint);
      if (!note) throw wrong('The bundle holds no checkpoint.');
      return note;
    },
    tile: (tile: Tile) => files.read(tilePath(tile)),
    async entries(n) {
      const name = names.entries(n);
      return placed(name, n, await lines(name));
    },
    async details(n) {
      const name = names.details(n);
      return (await lines(name)).map((line) => readLine(name, line, detailLine));
    },
    async *cosigned() {
      for (let n = 0; ; n++) {
        const note = await files.read(names.cosigned(n));
        if (!note) return;
        yield note;
      }
    },
    async *states() {
      for (let n = 0; files.names.has(names.states(n)); n++)
        for (const line of await lines(names.states(n))) yield readLine(names.states(n), line, stateLine);
    },
  };
}

async function readManifest(files: Files): Promise<Manifest> {
  const bytes = await files.read(names.manifest);
  if (!bytes) throw wrong('There is no manifest.json in it, so it is no evidence bundle.');
  let value: unknown;
  try {
    value = JSON.parse(readText(names.manifest, bytes));
  } catch {
    throw wrong('manifest.json in the bundle is not JSON.');
  }
  const { success, data } = manifest.safeParse(value);
  if (success) return data;
  const format = (value as { format?: unknown } | null)?.format;
  if (format === evidenceFormat) throw wrong('manifest.json in the bundle is not in its form.');
  throw new Fault(
    'unknown',
    `The bundle is of format ${JSON.stringify(format)} and this verifier reads ${evidenceFormat}. Use a newer one.`,
  );
}

function readText(name: string, bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw wrong(`${name} in the bundle is not text in UTF-8.`);
  }
}

function readLine<T>(name: string, line: string, schema: { parse(value: unknown): T }): T {
  try {
    return schema.parse(parseCanonical(line));
  } catch {
    throw wrong(`A line of ${name} in the bundle is not in its form.`);
  }
}

/** Lines of `<index> <entry>`, ascending, within their bundle. */
function placed(name: string, n: number, lines: readonly string[]): Disclosed {
  const entries: Placed[] = [];
  for (const line of lines) {
    const [, number, text] = /^(0|[1-9]\d{0,15}) (.*)$/su.exec(line) ?? [];
    const index = Number(number);
    const last = entries.at(-1)?.index ?? n * TILE_WIDTH - 1;
    if (text === undefined || index <= last || index >= (n + 1) * TILE_WIDTH)
      throw wrong(`${name} in the bundle does not hold its entries in order.`);
    entries.push({ index, bytes: utf8(text) });
  }
  return { entries, excess: 0 };
}

function strangeIn({ names: all }: Files, { size }: Manifest, bundles: number): string[] {
  const rest = new Set(all);
  for (const name of [names.readme, names.verifier, names.manifest, names.checkpoint]) rest.delete(name);
  for (let n = 0; n < bundles; n++) {
    rest.delete(names.entries(n));
    // Details beside entries that are not here could not be checked.
    if (all.has(names.entries(n))) rest.delete(names.details(n));
  }
  for (const tile of tilesOf(size)) rest.delete(tilePath(tile));
  for (const name of [names.states, names.cosigned])
    for (let n = 0; all.has(name(n)); n++) rest.delete(name(n));
  return [...rest].sort();
}

/** The files of `lines`, each line with its end. */
export const joinLines = (lines: readonly string[]): Uint8Array<ArrayBuffer> =>
  utf8(lines.map((line) => `${line}\n`).join(''));
