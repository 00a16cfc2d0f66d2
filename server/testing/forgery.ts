import { expect } from 'vitest';
import { fromUtf8, toBase64url } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import type { Body, Entry, EntryOf, EntryType } from '#shared/domain/entries.ts';
import { verifyLog } from '#shared/verify/log.ts';
import type { Pins, Step, Verdict, Verification } from '#shared/verify/types.ts';
import { type Files, type Forgeable, forgeable, rewritten, seal, sourceOf } from './log-files.ts';
import type { TestServer } from './start.ts';

/** Runs a verification to its end. */
export async function run(verification: Verification): Promise<{ steps: Step[]; verdict: Verdict }> {
  const steps: Step[] = [];
  for (;;) {
    const next = await verification.next();
    if (next.done) return { steps, verdict: next.value };
    if (next.value.state !== 'checking') steps.push(next.value);
  }
}

/** Entries in which the one at `index` is a lie, or the first to show one. */
export interface Forged {
  readonly index: number;
  readonly entries: readonly Uint8Array[];
}

/** The log of a server, in the hands of whoever holds its key and would like to tell another story. */
export class Forgery {
  readonly entries: readonly Uint8Array[];
  readonly pins: Pins;
  readonly key: Forgeable['key'];

  /** The head under which touches at its end are made. */
  readonly head: { size: number; root: string };

  constructor(server: TestServer) {
    const { entries, key } = forgeable(server);
    this.entries = entries;
    this.key = key;
    const { size, root } = server.services.log.head;
    this.head = { size, root: toBase64url(root) };
    this.pins = { logKey: key.vkey, genesis: server.services.log.genesis };
  }

  /** Signs entries with the true key. */
  seal(entries: readonly Uint8Array[] = this.entries): Promise<Files> {
    return seal(entries, this.key);
  }
  verify(files: Files, pins: Pins = this.pins) {
    return run(verifyLog(sourceOf(files), pins));
  }

  read(index: number): Entry {
    return JSON.parse(fromUtf8(this.entries[index] ?? new Uint8Array())) as Entry;
  }
  /** Index of the nth entry of a type; from the end where n is negative. */
  find(type: EntryType, n = 0): number {
    const all = this.entries.flatMap((_, index) => (this.read(index).type === type ? [index] : []));
    const index = all.at(n);
    if (index === undefined) throw new Error(`the story has no ${type} ${n}`);
    return index;
  }
  bodyOf<T extends EntryType>(type: T, n = 0): Body<T> {
    return this.read(this.find(type, n)).body as Body<T>;
  }

  /** The entries with the nth of a type rewritten. */
  change<T extends EntryType>(type: T, n: number, by: (body: Body<T>, entry: EntryOf<T>) => void): Forged {
    const index = this.find(type, n);
    const bytes = rewritten(this.entries[index] ?? new Uint8Array(), (entry) =>
      by(entry.body as Body<T>, entry as EntryOf<T>),
    );
    return { index, entries: this.entries.with(index, bytes) };
  }
  drop(type: EntryType, n = 0): Forged {
    const index = this.find(type, n);
    return { index, entries: this.entries.toSpliced(index, 1) };
  }
  /** The entries and one more, a second after the last. */
  append<T extends EntryType>(type: T, body: Body<T>): Forged {
    const index = this.entries.length;
    const { time } = this.read(index - 1);
    return { index, entries: [...this.entries, encodeEntry(type, time + 1000, body)] };
  }

  /** Asserts that entries sealed with the true key are red for this reason, naming this entry. */
  async expectRed({ index, entries }: Forged, reason: RegExp): Promise<void> {
    const { verdict } = await this.verify(await this.seal(entries));
    const sentence = expect.stringMatching(reason) as string;
    expect(verdict).toEqual({ state: 'failed', entry: index, sentence });
    expect(verdict.sentence).toContain(`Entry ${index} `);
  }

  /** Asserts that this entry is among what does not hold, for this reason; another one may be as well. */
  async expectDoubt({ index, entries }: Forged, reason: RegExp): Promise<void> {
    const { steps, verdict } = await this.verify(await this.seal(entries));
    expect(verdict.state).toBe('failed');
    const of = steps.filter((step) => step.state === 'failed' && step.entry === index);
    expect(of.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(reason)]);
  }
}
