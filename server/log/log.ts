import { toBase64url } from '#shared/bytes.ts';
import { decodeEntry, type Entry, type Rows } from '#shared/domain/entries.ts';
import type { IndexKey } from '#shared/domain/index-keys.ts';
import type { View } from '#shared/log/state.ts';
import { Refusal } from '#shared/errors.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import type { Facts } from '#shared/domain/judging.ts';
import type { DraftOf, EntryAt } from './draft.ts';
import { sha256 } from '../sha256.ts';
import type { LogReader } from './reader.ts';
import { dropWaiting } from './key-store.ts';
import { type KeyHolder, type PrivateKey, logKey } from './key.ts';
import { type Proposal, readProposal, removeProposal } from './proposal.ts';
import type { SignedHead } from './head.ts';
import { type EntryListener, Listeners } from './listeners.ts';
import type { Done, Health } from './types.ts';
import { commitErrorOf } from './sqlite/committer.ts';
import {
  type Judging,
  type Opening,
  emptyJudging,
  openRecovered,
  openWriter,
  settleKeys,
} from './opening.ts';
import type { LogWriter } from './writer.ts';

declare module '../context.ts' {
  interface Services {
    /** The one writer, and committed folded state. */
    log: Log;
  }
}

/** What a command sees of Countersign's own log. */
export type LogDraft = DraftOf<Rows, Entry>;
export type LogEntry = EntryAt<Entry>;
export type { Done, SignedHead, Health };

/** Countersign's log: the writer with our entries and our fold, and what handlers ask of it. */
export class Log {
  readonly #opening: Opening;
  readonly #listeners: Listeners<Entry>;
  readonly #judging: Judging;
  #writer: LogWriter<Rows, Entry>;
  /** Whoever subscribes has heard of the entries below this index, or was not there. */
  #told: number;

  private constructor(opening: Opening, writer: LogWriter<Rows, Entry>, judging: Judging) {
    this.#opening = opening;
    this.#listeners = new Listeners(opening.report);
    this.#judging = judging;
    this.#writer = writer;
    this.#told = writer.tree.size;
    this.#follow();
  }

  /**
   * Opens the log of a data folder, or starts one. One that must not sign opens all the same and serves reads; then
   * `health` says why. `report` is told what fails inside. A recovery that has its touches is finished first.
   */
  static async open(opening: Opening): Promise<Log> {
    const { folder, report } = opening;
    const judging = emptyJudging();
    let proposal: Proposal | undefined;
    try {
      proposal = readProposal(folder);
      if (proposal && proposal.touches.length > 1) {
        const log = await openRecovered(opening, proposal, judging);
        if (log) return new Log(opening, log, judging);
      }
    } catch (error) {
      report(error);
    }
    const writer = await openWriter(opening, judging);
    const { origin = '' } = writer.state.get('log', 'log') ?? {};
    // What was recovered, or is in order again without it, waits for nobody.
    if (proposal && (writer.health.ok || origin === proposal.origin)) {
      removeProposal(folder);
      if (origin !== proposal.origin) dropWaiting(folder, 'recovered');
    }
    if (writer.health.ok) settleKeys(folder, writer);
    return new Log(opening, writer, judging);
  }

  /** Finishes a recovery that has its touches, without a restart. Throws an Error with a sentence where it cannot. */
  async recover(proposal: Proposal): Promise<void> {
    await this.#writer.close();
    try {
      this.#writer =
        (await openRecovered(this.#opening, proposal, this.#judging)) ??
        (await openWriter(this.#opening, this.#judging));
    } catch (error) {
      this.#writer = await openWriter(this.#opening, this.#judging);
      throw error;
    } finally {
      this.#follow();
    }
    const from = Math.min(this.#told, proposal.restored.size);
    this.#tell(
      Array.from({ length: this.size - from }, (_, n) => ({ index: from + n, entry: this.entry(from + n) })),
    );
  }

  #follow(): void {
    this.#writer.subscribe((entries) => this.#tell(entries));
  }

  #tell(entries: readonly LogEntry[]): void {
    this.#told = (entries.at(-1)?.index ?? this.#told - 1) + 1;
    this.#listeners.tell(entries);
  }

  /** First line of every checkpoint: as the log itself says, once it says anything. */
  get origin(): string {
    return this.state.get('log', 'log')?.origin ?? this.#opening.origin;
  }

  /** What is signed, as bytes: entries, tiles, proofs. */
  get reader(): LogReader {
    return this.#writer.reader;
  }

  /** Where the key in use is held; undefined only while it is missing. */
  get held(): KeyHolder | undefined {
    return this.#writer.key?.held;
  }

  /** The head that statements pin: the signed one, or while nothing may be signed that of what there is. */
  get shown(): { size: number; root: Uint8Array } {
    const { head, health, tree } = this.#writer;
    return head && health.ok ? head : tree;
  }

  /** The key in use signs for another purpose than a head: for its successor. Rejects where it cannot be reached. */
  async endorse(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const { key } = this.#writer;
    if (!key) throw new Refusal('log_unwritable');
    return key.sign(message);
  }

  /**
   * Runs a command one of whose entries names `next` as the log's key. The first head that holds it is signed by both;
   * then the key before is destroyed, where it lay in a file.
   */
  async rotate<T>(next: PrivateKey, command: (draft: LogDraft) => T): Promise<Done<T>> {
    this.#writer.expect(logKey(this.origin, next));
    const done = await this.run(command);
    try {
      settleKeys(this.#opening.folder, this.#writer);
    } catch (error) {
      this.#opening.report(error); // it is done all the same; the next start settles them
    }
    return done;
  }

  /** Committed folded state. */
  get state(): View<Rows> {
    return this.#writer.state;
  }

  /** Entries under the newest signed checkpoint; 0 before set-up. */
  get size(): number {
    return this.reader.size;
  }

  get health(): Health {
    return this.#writer.health;
  }

  /** What the verifier's rules look at in this state. */
  facts(state: View<Rows>): Facts {
    return this.#judging.gate.facts(state);
  }

  /** Entries that are in the log and do not hold, each in a sentence; in order. Whoever verifies it will find them. */
  get doubts(): string[] {
    return [...this.#judging.doubts].sort(([a], [b]) => a - b).map(([, sentence]) => sentence);
  }

  /** A check of the log found that this entry does not hold; `sentence` says why. */
  doubt(index: number, sentence: string): void {
    this.#judging.doubts.set(index, sentence);
  }

  /** Nothing is written any more, until a restart; `health` says why. */
  stop(why: string): void {
    this.#writer.stop(why);
  }

  /** Size, root and note of the newest signed checkpoint. Throws only while the lock file holds none. */
  get head(): SignedHead {
    const { head } = this.#writer;
    if (!head) throw new Error('there is no signed checkpoint');
    return head;
  }

  /** The newest signed checkpoint as a note, if there is one. */
  get checkpoint(): string | undefined {
    return this.#writer.head?.note;
  }

  /** The key that checkpoints are verified with, `name+id+key`; empty only while it is missing. */
  get verifierKey(): string {
    return this.#writer.key?.vkey ?? this.state.get('log', 'log')?.logKey ?? '';
  }

  /** Verifier keys under which this log signed or signs, the one in force first. */
  get knownKeys(): string[] {
    const before = this.state.get('log', 'log')?.before?.logKey;
    return [this.verifierKey, ...(before === undefined ? [] : [before])];
  }

  /** Leaf hash of entry 0, base64url: what `--genesis` pins. Empty before set-up. */
  get genesis(): string {
    const bytes = this.reader.entry(0);
    return bytes ? toBase64url(leafHash(sha256, bytes)) : '';
  }

  /** Log time in ms. */
  readonly now = (): number => this.#writer.now();

  /** An entry that folded state speaks of. Throws where there is none. */
  entry(index: number): Entry {
    const bytes = this.reader.committed(index);
    if (!bytes) throw new Error(`the log has no entry ${index}`);
    return decodeEntry(bytes);
  }

  /** A detail behind a commitment; undefined when it was erased or never came. */
  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined {
    return this.reader.detail(commitment);
  }

  /** The newest entries below `before` under an index key, newest first, under a signed checkpoint or not. */
  find(key: IndexKey, before = Infinity, limit = 1): number[] {
    return this.#writer.index.find(key, before, limit);
  }

  /** See `LogWriter.run`. */
  run<T>(command: (draft: LogDraft) => T): Promise<Done<T>> {
    return this.#writer.run(command);
  }

  /** See `LogWriter.distrust`. */
  distrust(error: Error): Refusal {
    return this.#writer.distrust(commitErrorOf(error));
  }

  /** See `LogWriter.subscribe`. */
  subscribe(listener: EntryListener<Entry>): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
