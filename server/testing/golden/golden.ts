import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '#shared/bytes.ts';
import { type Rows, decodeEntry } from '#shared/domain/entries.ts';
import { fold } from '#shared/domain/index.ts';
import { canonical } from '#shared/log/canonical.ts';
import { MemoryState } from '#shared/log/state.ts';
import type { TestServer } from '../start.ts';

/**
 * Golden logs: what real servers wrote, kept for ever with the state that it gave. Every later version must still read
 * them to that very state, and find that they hold. They are only ever added to.
 */
const folder = new URL('../../../shared/domain/golden/', import.meta.url).pathname;

export interface Golden {
  /** The newest verifier key, the leaf hash of entry 0, and the signed checkpoint over all entries. */
  readonly logKey: string;
  readonly genesis: string;
  readonly checkpoint: string;
  readonly entries: readonly Uint8Array[];
  /** Rows by kind and id. */
  readonly state: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const goldenNames = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length));

/** First a line about the log, then one for each entry, its very bytes, then the state. */
export function readGolden(name: string): Golden {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  const about = JSON.parse(lines[0] ?? '') as Pick<Golden, 'logKey' | 'genesis' | 'checkpoint'>;
  const state = JSON.parse(lines.at(-1) ?? '') as Golden['state'];
  return { ...about, entries: lines.slice(1, -1).map(utf8), state };
}

export function stateOf(entries: readonly Uint8Array[]): Golden['state'] {
  const state = new MemoryState<Rows>();
  for (const [index, bytes] of entries.entries()) fold(state, decodeEntry(bytes), index);
  const rows: Record<string, Record<string, unknown>> = {};
  for (const { kind, id, row } of state.rows()) (rows[kind] ??= {})[id] = row;
  return rows;
}

/** Keeps what a server wrote. Throws where there is one by this name: a golden log never changes. */
export function keepGolden(name: string, { services: { log } }: TestServer): void {
  const entries = log.reader.entries(0, log.size);
  const about = { logKey: log.verifierKey, genesis: log.genesis, checkpoint: log.checkpoint };
  const lines = [canonical(about), ...entries.map(fromUtf8), canonical(stateOf(entries))];
  writeFileSync(join(folder, `${name}.jsonl`), `${lines.join('\n')}\n`, { flag: 'wx' });
}
