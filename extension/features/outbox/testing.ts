import { toBase64 } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import { Refusal } from '#shared/errors.ts';
import { emptyRoot, leafHash, nodeHash, split, type Hash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { formatVkey, noteKey, type NoteKey } from '#shared/log/note/keys.ts';
import { signNote } from '#shared/log/note/note.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { HeldCheckpoint, OutboxBatch } from '../../platform/db.ts';
import { makeKeys, signText } from '../../platform/keys.ts';
import type { OutboxState, OutboxWorld } from './drain.ts';
import type { Chain } from '../../platform/outbox-store.ts';
import type { BatchReceipt } from './receipt.ts';

export const LOG = 'log.example/1';
export const BROWSER = 'B'.repeat(21) + 'A';

/** MTH, PATH and SUBPROOF by the recursions of RFC 6962, section 2.1: a second opinion to the code under test. */
const mth = (d: Hash[]): Hash => {
  if (d.length < 2) return d[0] ?? emptyRoot(sha256);
  const k = split(d.length);
  return nodeHash(sha256, mth(d.slice(0, k)), mth(d.slice(k)));
};
function path(m: number, d: Hash[]): Hash[] {
  if (d.length < 2) return [];
  const k = split(d.length);
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}
function subproof(m: number, d: Hash[], whole: boolean): Hash[] {
  if (m === d.length) return whole ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), whole), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

/** A log that takes batches as the server must: in order, each once, the same again with the same index. */
export class FakeLog {
  readonly #keys: CryptoKeyPair;
  readonly noteKey: NoteKey;
  readonly vkey: string;
  entries: Uint8Array[] = [];
  chain = { number: -1, hash: '' };
  batches: Batch[] = [];
  details: string[] = [];
  readonly #indexes = new Map<number, number>();
  posts = 0;
  away = false;
  /** Accepts and then answers nothing. */
  deaf = false;

  static async make(): Promise<FakeLog> {
    const keys = await makeKeys();
    return new FakeLog(keys, new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)));
  }
  private constructor(keys: CryptoKeyPair, publicKey: Uint8Array) {
    this.#keys = keys;
    this.noteKey = noteKey(LOG, publicKey);
    this.vkey = formatVkey(this.noteKey);
    this.append('policy.loaded', { hash: 'h', text: 'something that was there before' });
  }

  append(type: string, body: object): number {
    this.entries.push(encodeEntry(type, Date.now(), body));
    return this.entries.length - 1;
  }

  async take(batch: OutboxBatch, from: number): Promise<BatchReceipt> {
    if (this.away) throw new Refusal('unreachable');
    this.posts += 1;
    const { text, signature, number } = batch;
    const known = this.#indexes.get(number);
    if (known === undefined) {
      const parsed = JSON.parse(text) as Batch;
      if (number !== this.chain.number + 1 || parsed.previous !== this.chain.hash)
        throw new Refusal('browser_suspended');
      const body = { browser: parsed.browser, number, batch: { text, signature }, violations: [] };
      this.#indexes.set(number, this.append('actions.recorded', body));
      this.chain = { number, hash: signedHash('batch', text) };
      this.batches.push(parsed);
      this.details.push(...batch.details.map((one) => one.text));
      this.append('policy.loaded', { hash: 'h', text: 'somebody else wrote meanwhile' });
    } else if (signedHash('batch', text) !== signedHash('batch', this.#textOf(known))) {
      throw new Refusal('browser_suspended');
    }
    if (this.deaf) throw new Refusal('unreachable');
    return this.receipt(number, from);
  }
  #textOf(index: number): string {
    const entry = JSON.parse(new TextDecoder().decode(this.entries[index])) as {
      body: { batch: { text: string } };
    };
    return entry.body.batch.text;
  }

  async receipt(number: number, from: number): Promise<BatchReceipt> {
    const leaves = this.entries.map((entry) => leafHash(sha256, entry));
    const index = this.#indexes.get(number) ?? 0;
    const head = { origin: LOG, size: leaves.length, root: mth(leaves) };
    const note = await signNote(
      formatCheckpoint(head),
      this.noteKey,
      async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', this.#keys.privateKey, message)),
    );
    return {
      number,
      index,
      entry: toBase64(this.entries[index] ?? new Uint8Array()),
      checkpoint: note,
      inclusion: path(index, leaves).map(toBase64),
      consistency: from === 0 ? [] : subproof(from, leaves, true).map(toBase64),
    };
  }
}

/** The worker was killed at this very await. */
export class Killed extends Error {}

let keys: Promise<CryptoKeyPair> | undefined;

/** What lasts over the worker's death. */
export interface TestDisk {
  firsts: Record<string, unknown>;
  outbox: Map<number, OutboxBatch>;
  chain: Chain | undefined;
  held: HeldCheckpoint | undefined;
}
export const newDisk = (): TestDisk => ({ firsts: {}, outbox: new Map(), chain: undefined, held: undefined });

/**
 * A world in memory. `killAt` counts the calls: at call n the worker dies, before the call has its effect or, with
 * `after`, just after it.
 */
export function world(
  disk: TestDisk,
  log: FakeLog,
  {
    killAt = Infinity,
    after = false,
    browser = BROWSER,
  }: { killAt?: number; after?: boolean; browser?: string } = {},
) {
  const seen = { calls: 0, states: [] as OutboxState[], later: [] as number[], now: Date.now() };
  const call = async <T>(work: () => T | Promise<T>): Promise<T> => {
    seen.calls += 1;
    const dies = seen.calls === killAt;
    if (seen.calls > killAt || (dies && !after)) throw new Killed();
    const value = await work();
    if (dies) throw new Killed();
    return value;
  };
  const sorted = () => [...disk.outbox.values()].toSorted((a, b) => a.number - b.number);
  let turn: Promise<unknown> = Promise.resolve();
  const it: OutboxWorld = {
    exclusive: (work) => {
      const next = turn.then(work);
      turn = next.catch(() => undefined);
      return next;
    },
    identity: () => call(() => ({ browser, log: LOG, logKey: log.vkey })),
    firsts: () => call(() => structuredClone(disk.firsts)),
    forget: (gone) =>
      call(() => {
        for (const key of gone) delete disk.firsts[key];
      }),
    number: (next, isAnother) =>
      call(() => {
        const made = next(disk.chain, sorted());
        if (disk.chain && isAnother(disk.chain)) disk.outbox.clear();
        for (const batch of made.batches) disk.outbox.set(batch.number, batch);
        disk.chain = made.chain;
      }),
    chain: () => call(() => disk.chain),
    lowest: () => call(() => sorted()[0]),
    unsigned: () => call(() => sorted().filter((one) => one.signature === '')),
    setSignature: (number, signature) =>
      call(() => {
        const batch = disk.outbox.get(number);
        if (batch) disk.outbox.set(number, { ...batch, signature });
      }),
    held: () => call(() => disk.held),
    proven: (number, newer) =>
      call(() => {
        disk.held = newer;
        disk.outbox.delete(number);
      }),
    totals: () =>
      call(() => ({
        records: sorted().reduce((sum, one) => sum + one.ids.length, 0),
        bytes: sorted().reduce((sum, one) => sum + one.text.length, 0),
      })),
    sign: (text) => call(async () => signText(await (keys ??= makeKeys()), 'batch', text)),
    send: (batch, from) => call(() => log.take(batch, from)),
    offset: () => call(() => 0),
    now: () => seen.now,
    later: (ms) => void seen.later.push(ms),
    changed: (state) => call(() => void seen.states.push(state)),
  };
  return { world: it, seen };
}
