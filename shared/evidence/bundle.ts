import type { z } from 'zod';
import { fromUtf8, utf8 } from '#shared/bytes.ts';
import { FormError, isNewer, readForm } from '#shared/log/form.ts';
import { TILE_WIDTH, type Tile, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
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
  /** Those of the files for people that cannot be read. Nothing in the bundle rests on them. */
  readonly damaged: readonly string[];
}

/** Reads the manifest of a bundle, and the rest when it is asked for. Throws Fault. */
export async function openBundle(files: Files): Promise<Bundle> {
  const said = await readManifest(files);
  const bundles = Math.ceil(said.size / TILE_WIDTH);
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
    damaged: await damagedIn(files),
    async checkpoint() {
      const note = await files.read(names.checkpoint);
      if (!note) throw wrong('The bundle has no checkpoint.');
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
  if (!bytes) throw wrong('It has no manifest.json, so it is not an evidence bundle.');
  let value: unknown;
  try {
    const [line = '', ...rest] = readText(names.manifest, bytes).split('\n');
    if (rest.length !== 1 || rest[0] !== '') throw new SyntaxError('more than one line');
    value = parseCanonical(line);
  } catch {
    throw wrong('manifest.json in the bundle is not one line of canonical JSON.');
  }
  const { success, data, error } = manifest.safeParse(value);
  if (success) return data;
  if (!isNewer(error, value)) throw wrong('manifest.json in the bundle is not in its form.');
  throw new Fault(
    'unknown',
    `The bundle says in manifest.json what this verifier, which reads ${evidenceFormat}, does not know. Use a newer one.`,
  );
}

function readText(name: string, bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw wrong(`${name} in the bundle is not text in UTF-8.`);
  }
}

function readLine<T>(name: string, line: string, schema: z.ZodType<T>): T {
  try {
    return readForm(schema, parseCanonical(line));
  } catch (error) {
    if (!(error instanceof FormError && error.newer))
      throw wrong(`A line of ${name} in the bundle is not in its form.`);
    throw new Fault(
      'unknown',
      `A line of ${name} in the bundle says something that this verifier does not know. Use a newer one.`,
    );
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

async function damagedIn(files: Files): Promise<string[]> {
  const found: string[] = [];
  for (const name of [names.readme, names.verifier])
    try {
      await files.read(name);
    } catch {
      found.push(name);
    }
  return found;
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
