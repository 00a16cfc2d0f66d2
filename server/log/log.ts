import type { DatabaseSync } from 'node:sqlite';
import { decodeEntry } from '#shared/entries/codec.ts';
import { fold, type State } from '#shared/entries/fold.ts';
import type { Entry, Rows } from '#shared/entries/types.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { toBase64url } from '#shared/bytes.ts';
import type { Clocks } from './clock.ts';
import type { Draft as AnyDraft, LogEntry } from './draft.ts';
import { sha256 } from './hash.ts';
import { type Done, type Health, LogWriter } from './writer.ts';
import type { LogReader } from './reader.ts';

/** What a command of this server sees and may do. */
export type Draft = AnyDraft<Rows, Entry>;

/** The log as the slices use it: the one writer over this server's own entries and rows, with what is asked often. */
export class Log {
  readonly origin: string;
  readonly #writer: LogWriter<Rows, Entry>;
  readonly #detail: ReturnType<DatabaseSync['prepare']>;
  #genesis = '';

  private constructor(origin: string, writer: LogWriter<Rows, Entry>, db: DatabaseSync) {
    this.origin = origin;
    this.#writer = writer;
    this.#detail = db.prepare('SELECT salt, detail FROM details WHERE commitment = ?');
  }

  static async open(options: {
    folder: string;
    origin: string;
    db: DatabaseSync;
    report: (error: unknown) => void;
    clocks?: Clocks;
  }): Promise<Log> {
    const writer = await LogWriter.open<Rows, Entry>({ ...options, decode: decodeEntry, fold });
    return new Log(options.origin, writer, options.db);
  }

  /** Folded state as committed. */
  get state(): State {
    return this.#writer.state;
  }
  /** Entries under the newest signed checkpoint. */
  get size(): number {
    return this.#writer.head?.size ?? 0;
  }
  get health(): Health {
    return this.#writer.health;
  }
  /** Proofs, tiles and bytes. */
  get reader(): LogReader {
    return this.#writer.log;
  }
  /** The log's verifier key, `name+id+key`; empty while the key is missing. */
  get verifierKey(): string {
    return this.#writer.vkey ?? '';
  }
  /** Leaf hash of entry 0, base64url; empty before set-up. */
  get genesis(): string {
    if (this.#genesis === '') {
      const bytes = this.size > 0 ? this.reader.entry(0) : undefined;
      if (bytes) this.#genesis = toBase64url(leafHash(sha256, bytes));
    }
    return this.#genesis;
  }
  /** Size and root that statements and pages name. */
  get head(): { size: number; root: string } {
    const head = this.#writer.head;
    return { size: head?.size ?? 0, root: toBase64url(head?.root ?? sha256(new Uint8Array())) };
  }
  /** The newest signed note; undefined only while there is no valid lock. */
  checkpoint(): string | undefined {
    return this.#writer.checkpoint();
  }
  /** Log time in ms, for deciding what has expired. */
  now(): number {
    return this.#writer.now();
  }

  /** Throws RangeError for an index that the log does not have. */
  entry(index: number): Entry {
    const bytes = this.reader.entry(index);
    if (!bytes) throw new RangeError(`the log has no entry ${index}`);
    return decodeEntry(bytes);
  }
  /** The detail behind a commitment, or undefined once erased. */
  detail(commitment: Uint8Array): { salt: Uint8Array; detail: string } | undefined {
    return this.#detail.get(commitment) as { salt: Uint8Array; detail: string } | undefined;
  }

  run<T>(command: (draft: Draft) => T): Promise<Done<T>> {
    return this.#writer.run(command);
  }
  subscribe(listener: (entries: readonly LogEntry<Entry>[]) => void): () => void {
    return this.#writer.subscribe(listener);
  }
  close(): Promise<void> {
    return this.#writer.close();
  }
}
