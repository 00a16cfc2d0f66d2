import { concat, utf8 } from '#shared/bytes.ts';
import { type Envelope, makeEntry } from '#shared/log/codec.ts';
import { prefixes } from '#shared/domain/signing.ts';
import { Overlay, type Table, type View } from '#shared/log/state.ts';
import { Refusal } from '#shared/errors.ts';
import { sha256 } from '../sha256.ts';
import type { DetailRow, Erasure } from './store.ts';

/** The body that goes with a type of entry. */
export type EntryBody<E extends Envelope, T extends string> = E extends { type: infer U }
  ? T extends U
    ? E['body']
    : never
  : never;

/** What a command sees: folded state including what its group did so far, and the means to add to the log. */
export interface DraftOf<R, E extends Envelope = Envelope> {
  readonly state: View<R>;
  /** Log time in ms; never goes back. */
  readonly now: number;
  /** Entries so far, this group included. */
  readonly size: number;
  /**
   * Appends an entry and what must come with it, folds them at once, returns the entry's index. Refuses bodies that no
   * entry can hold, and entries that no verifier would accept here.
   */
  append<T extends E['type']>(type: T, body: EntryBody<E, T>): number;
  /** Stores a detail beside the next entry to be appended and outside the fold; returns its commitment (32 bytes). */
  keepDetail(salt: Uint8Array, detail: string): Uint8Array;
  /** Erases the details beside these entries, salts too, in the same transaction. Their bytes leave the file. */
  erase(erasure: Erasure): void;
}

export interface EntryAt<E extends Envelope = Envelope> {
  readonly index: number;
  readonly entry: E;
}

export interface Appended<E extends Envelope> extends EntryAt<E> {
  readonly bytes: Uint8Array;
  /** What it is about, by which it is found (`index-keys.ts`). */
  readonly keys: readonly string[];
  /** Why no verifier will accept it, where it was written all the same. */
  readonly doubt?: string;
}

/**
 * How entries become state. `read` says which entry an envelope is, `fold` takes it into the state; both throw on nonsense.
 * `judge` asks, before that, whether a verifier will accept the entry after those before it: it throws the refusal of one
 * that is not to be written, and returns why one that is written all the same does not hold.
 * `indexKeys` names what an entry is about, in the state that it leaves behind or a later one.
 */
export interface Folding<R, E extends Envelope> {
  /** In which version new entries of a type are written. */
  version(type: string): number;
  read(envelope: Envelope): E;
  judge(entry: E, index: number, state: View<R>): string | undefined;
  fold(state: Table<R>, entry: E, index: number): void;
  indexKeys(entry: E, state: View<R>): string[];
  /** What must come with an entry, in the same command; `state` is the one that it leaves behind. */
  follows?(
    entry: E,
    state: View<R>,
  ): Iterable<{ [T in E['type']]: { type: T; body: EntryBody<E, T> } }[E['type']]>;
}

/** The draft of one command, with what it did. It ends with the command: one that is kept and used later throws. */
export class CommandDraft<R, E extends Envelope> implements DraftOf<R, E> {
  readonly state: Overlay<R>;
  readonly appended: Appended<E>[] = [];
  readonly details: DetailRow[] = [];
  readonly erasures: Erasure[] = [];
  readonly now: number;
  readonly #first: number;
  readonly #folding: Folding<R, E>;
  #ended = false;

  constructor(options: { below: View<R>; first: number; now: number; folding: Folding<R, E> }) {
    this.state = new Overlay(options.below);
    this.#first = options.first;
    this.now = options.now;
    this.#folding = options.folding;
  }

  get size(): number {
    return this.#first + this.appended.length;
  }

  append<T extends E['type']>(type: T, body: EntryBody<E, T>): number {
    this.#mustBeRunning();
    const index = this.size;
    const written = makeEntry(type, this.now, body, this.#folding.version(type));
    const { bytes } = written;
    // What is folded is what was written, judged as the verifier will judge it.
    const entry = this.#folding.read(written.entry);
    const doubt = this.#folding.judge(entry, index, this.state);
    this.#folding.fold(this.state, entry, index);
    const keys = this.#folding.indexKeys(entry, this.state);
    this.appended.push({ index, entry, bytes, keys, ...(doubt === undefined ? {} : { doubt }) });
    for (const next of this.#folding.follows?.(entry, this.state) ?? []) this.append(next.type, next.body);
    return index;
  }

  keepDetail(salt: Uint8Array, detail: string): Uint8Array {
    this.#mustBeRunning();
    if (salt.length !== 32) throw new Refusal('invalid_input', { field: 'salt' });
    // SHA-256("countersign/detail/v1\n" ‖ salt ‖ detail).
    const commitment = sha256(concat(utf8(prefixes.detail), salt, utf8(detail)));
    this.details.push({ commitment, salt, detail, entry: this.size });
    return commitment;
  }

  erase(erasure: Erasure): void {
    this.#mustBeRunning();
    this.erasures.push(erasure);
  }

  end(): void {
    this.#ended = true;
  }

  #mustBeRunning(): void {
    if (this.#ended) throw new Error('a command is synchronous; its draft was used after it ended');
  }
}
