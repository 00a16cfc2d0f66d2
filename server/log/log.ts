import { toBase64url } from '#shared/bytes.ts';
import { decodeEntry, readEntry } from '#shared/entries/codec.ts';
import { fold } from '#shared/entries/fold.ts';
import type { Entry, Rows } from '#shared/entries/types.ts';
import { type Place, placesOf } from '#shared/entries/places.ts';
import type { View } from '#shared/entries/view.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import type { OpenDatabase } from '../db/open.ts';
import type { Clocks } from './clock.ts';
import type { Draft as AnyDraft, LogEntry as AnyLogEntry } from './draft.ts';
import { sha256 } from './hash.ts';
import type { LogReader } from './reader.ts';
import type { Head } from './recover.ts';
import { LogStore } from './store.ts';
import type { Done, Health } from './types.ts';
import { LogWriter } from './writer.ts';

/** What a command sees of Countersign's own log. */
export type Draft = AnyDraft<Rows, Entry>;
export type LogEntry = AnyLogEntry<Entry>;
export type { Done, Head, Health };

/** Countersign's log: the writer with our entries and our fold, and what handlers ask of it. */
export class Log {
  readonly origin: string;
  /** What is signed, as bytes: entries, tiles, proofs. */
  readonly reader: LogReader;
  readonly #writer: LogWriter<Rows, Entry>;
  readonly #store: LogStore;

  private constructor(origin: string, writer: LogWriter<Rows, Entry>, database: OpenDatabase) {
    this.origin = origin;
    this.reader = writer.log;
    this.#writer = writer;
    this.#store = new LogStore(database.reading);
  }

  /**
   * Opens the log of a data folder, or starts one. One that must not sign opens all the same and serves reads; then
   * `health` says why. `report` is told what fails inside.
   */
  static async open(options: {
    folder: string;
    origin: string;
    database: OpenDatabase;
    report: (error: unknown) => void;
    clocks?: Clocks;
  }): Promise<Log> {
    const { folder, origin, database, report, clocks } = options;
    const writer = await LogWriter.open<Rows, Entry>({
      folder,
      origin,
      database,
      read: readEntry,
      fold,
      places: placesOf,
      report,
      ...(clocks ? { clocks } : {}),
    });
    return new Log(origin, writer, database);
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

  /** Nothing is written any more, until a restart; `health` says why. */
  stop(why: string): void {
    this.#writer.stop(why);
  }

  /** Size, root and note of the newest signed checkpoint. Throws only while the lock file holds none. */
  get head(): Head {
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
    return this.#writer.vkey ?? '';
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
    return this.#store.detail(commitment);
  }

  /** The newest entries below `before` at a place (`entries/places.ts`), newest first, under a signed checkpoint or not. */
  find(place: Place, before = Infinity, limit = 1): number[] {
    return this.#writer.places.find(place, before, limit);
  }

  /** See `LogWriter.run`. */
  run<T>(command: (draft: Draft) => T): Promise<Done<T>> {
    return this.#writer.run(command);
  }

  /** See `LogWriter.subscribe`. */
  subscribe(listener: (entries: readonly LogEntry[]) => void): () => void {
    return this.#writer.subscribe(listener);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
