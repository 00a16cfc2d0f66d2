import { join } from 'node:path';
import { utf8 } from '#shared/bytes.ts';
import { decodeEnvelope } from '#shared/log/codec.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { encodeBundle } from '#shared/log/merkle/bundle.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH, tileAt, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { signNote } from '#shared/log/note/note.ts';
import { canonical } from '#shared/log/canonical.ts';
import { verifyLog } from '#shared/verify/log.ts';
import type { Source, Verdict } from '#shared/verify/types.ts';
import { sha256 } from '../sha256.ts';
import { readKeyFile } from '../log/key-store.ts';
import { type LogKey, logKey } from '../log/key.ts';
import type { TestServer } from './start.ts';

/** The files of a log in memory, by path. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** A log in the hands of whoever holds its key: they can sign any history, and the verifier must tell. */
export interface Forgeable {
  readonly entries: Uint8Array[];
  readonly key: LogKey;
}

export function forgeable(server: TestServer): Forgeable {
  const { log } = server.services;
  const key = logKey(log.origin, readKeyFile(join(server.folder, 'log.key')));
  return { entries: log.reader.entries(0, log.size), key };
}

/** Signs these entries and lays them out. */
export async function seal(
  entries: readonly Uint8Array[],
  key: Pick<LogKey, 'key' | 'sign'>,
): Promise<Files> {
  const { files, size, root } = laidOut(entries);
  const text = formatCheckpoint({ origin: key.key.name, size, root });
  return files.set('checkpoint', utf8(await signNote(text, key.key, (message) => key.sign(message))));
}

/** Entries as C2SP tlog-tiles, without a checkpoint. */
export function laidOut(entries: readonly Uint8Array[]): {
  files: Map<string, Uint8Array>;
  size: number;
  root: Uint8Array;
} {
  const edge = new Edge(sha256);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries)
    for (const tile of edge.append(leafHash(sha256, entry))) files.set(tilePath(tile), tile.bytes);
  const { size } = edge;
  for (const tile of tilesOf(size)) {
    const partial = edge.partial(tile);
    if (partial) files.set(tilePath(tile), partial);
    const bundle = tile.level === 0 ? tileAt('entries', tile.n, size) : undefined;
    if (bundle) files.set(tilePath(bundle), bundleOf(entries, bundle.n));
  }
  return { files, size, root: edge.root() };
}

const bundleOf = (entries: readonly Uint8Array[], n: number): Uint8Array =>
  encodeBundle(entries.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH));

export const sourceOf =
  (files: Files): Source =>
  (path) => {
    const found = files.get(path);
    return found ? Promise.resolve(found) : Promise.reject(new Error(`no ${path}`));
  };

/** An entry rewritten: `change` edits the parsed JSON, or returns another in its stead. */
export function rewritten(bytes: Uint8Array, change: (entry: Entry) => Entry | void): Uint8Array {
  const entry = decodeEnvelope(bytes) as unknown as Entry;
  return utf8(canonical(change(entry) ?? entry));
}

/** What a verifier says of a server's log, with its key and genesis pinned. */
export async function verdictOf(server: TestServer): Promise<Verdict> {
  const { entries, key } = forgeable(server);
  const { genesis } = server.services.log;
  const verification = verifyLog(sourceOf(await seal(entries, key)), { logKey: key.vkey, genesis });
  for (;;) {
    const next = await verification.next();
    if (next.done) return next.value;
  }
}
