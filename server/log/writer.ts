import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '#shared/entries/codec.ts';
import { MemoryState, Overlay, type View } from '#shared/entries/view.ts';
import { Refusal } from '#shared/errors.ts';
import type { Edge } from '#shared/merkle/edge.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { LogClock, systemClocks } from './clock.ts';
import { type Appended, CommandDraft, type Draft, type LogEntry } from './draft.ts';
import { sha256 } from './hash.ts';
import type { LogKey } from './key.ts';
import type { Lock } from './lock.ts';
import { LogReader } from './reader.ts';
import { type Head, type Recovered, finish, recover } from './recover.ts';
import { LogStore } from './store.ts';
import type { Done, Health, LogOptions } from './types.ts';

/** A command on its way. */
interface Job<R, E extends Envelope> {
  readonly command: (draft: Draft<R, E>) => unknown;
  readonly succeed: (value: unknown, head: Head, first: number, last: number) => void;
  readonly fail: (error: unknown) => void;
}

/** A group that was committed; `settle` tells each command what became of it. */
interface Group<E extends Envelope> {
  readonly entries: readonly Appended<E>[];
  readonly edge: Edge;
  readonly settle: ((head: Head) => void)[];
  readonly fail: (error: unknown) => void;
}

/** Commands in one transaction at most: bounds what one sync takes along, and the wait of the first one in. */
const LARGEST_GROUP = 1000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function runSync<D>(command: (draft: D) => unknown, draft: D): unknown {
  const value = command(draft);
  if (value instanceof Promise) throw new Error('a command is synchronous; this one returned a promise');
  return value;
}

/**
 * The log's one writer. Handlers hand it commands; it runs what waits in one transaction, signs, and only then answers.
 * `R` is the folded state's rows by kind, `E` the entries.
 */
export class LogWriter<R, E extends Envelope> {
  readonly log: LogReader;
  readonly #options: LogOptions<R, E>;
  readonly #store: LogStore;
  readonly #base = new MemoryState<R>();
  readonly #clock: LogClock;
  readonly #key: LogKey | undefined;
  readonly #lock: Lock | undefined;
  readonly #listeners = new Set<(entries: readonly LogEntry<E>[]) => void>();
  #edge: Edge;
  #head: Head | undefined;
  /** Why nothing may be signed any more, until a restart. */
  #stopped: string | undefined;
  /** Why the last commit failed, until one succeeds. */
  #trouble: string | undefined;
  #queue: Job<R, E>[] = [];
  #running: Promise<void> | undefined;

  private constructor(options: LogOptions<R, E>, store: LogStore, found: Recovered) {
    this.#options = options;
    this.#store = store;
    this.#edge = found.edge;
    this.#head = found.head;
    this.#key = found.key;
    this.#lock = found.lock;
    this.#stopped = found.stopped;
    this.#clock = new LogClock(options.clocks ?? systemClocks, found.lastTime);
    this.log = new LogReader(
      store,
      () => this.#edge,
      () => this.#head?.size ?? 0,
    );
    for (const change of store.state()) this.#base.apply(change);
  }

  /**
   * Opens the log in a data folder, or starts one. A log that must not sign (a backup was restored, the lock is gone)
   * opens all the same and serves reads; `health` says why.
   */
  static async open<R, E extends Envelope>(options: LogOptions<R, E>): Promise<LogWriter<R, E>> {
    const store = new LogStore(options.db);
    return new LogWriter(options, store, await recover(options.folder, options.origin, store));
  }

  /** Folded state as committed. What it says survives a crash; its checkpoint may be a moment behind. */
  get state(): View<R> {
    return this.#base;
  }

  /** Log time in ms, for deciding what has expired. Goes on while a clock that was set back stops writing. */
  now(): number {
    return this.#clock.now();
  }

  /** The newest signed checkpoint as a note, from the lock. Undefined only while there is no valid lock. */
  checkpoint(): string | undefined {
    return this.#head?.note;
  }

  /** Size and root of the newest signed checkpoint. */
  get head(): Head | undefined {
    return this.#head;
  }

  /** The log's verifier key, `name+id+key`. Undefined only while the key is missing. */
  get vkey(): string | undefined {
    return this.#key?.vkey;
  }

  get health(): Health {
    const clock = this.#clock.read();
    const reason = this.#stopped ?? this.#trouble ?? ('stopped' in clock ? clock.stopped : undefined);
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }

  /** `listener` hears of each group's entries once they are under a signed checkpoint. Returns how to stop. */
  subscribe(listener: (entries: readonly LogEntry<E>[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs a command, synchronously and alone, in the next group. Resolves when what it appended is committed, signed
   * and locked. What it throws (a Refusal, or anything) undoes that command alone and rejects its promise; a log that
   * cannot be written rejects with the refusal `log_unwritable`.
   */
  run<T>(command: (draft: Draft<R, E>) => T): Promise<Done<T>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        command,
        // `value` is what this very command returned.
        succeed: (value, { note: checkpoint, size }, first, last) =>
          resolve({ value: value as T, checkpoint, size, first, last }),
        fail: reject,
      });
      this.#running ??= this.#drain();
    });
  }

  /** Finishes what waits and lets go of the lock file. The database is closed by whoever opened it. */
  async close(): Promise<void> {
    await this.#running;
    this.#stopped ??= 'The server is shutting down.';
    await this.#lock?.close();
  }

  async #drain(): Promise<void> {
    let locking = Promise.resolve();
    do {
      await breathe(); // whoever is about to hand something in joins this group
      const time = await this.#time();
      const jobs = this.#queue.splice(0, LARGEST_GROUP);
      const group = time === undefined ? this.#refuse(jobs) : this.#commit(jobs, time);
      // The lock of the group before may have been written while this one was committed; heads leave in order.
      await locking;
      if (group) locking = this.#publish(group);
      // Handed in meanwhile: go on. Nothing may come between seeing an empty queue and giving up the run.
      if (this.#queue.length === 0) await locking;
    } while (this.#queue.length > 0);
    this.#running = undefined;
  }

  /** Log time for the next group, once a small step back was waited out; undefined when nothing may be written. */
  async #time(): Promise<number | undefined> {
    for (;;) {
      const reading = this.#clock.read();
      if (this.#stopped !== undefined || 'stopped' in reading) return undefined;
      if ('time' in reading) return reading.time;
      await sleep(reading.wait);
    }
  }

  #refuse(jobs: readonly Job<R, E>[]): undefined {
    const { health } = this;
    const refusal = new Refusal('log_unwritable', {
      cause: health.ok ? undefined : new Error(health.reason),
    });
    for (const job of jobs) job.fail(refusal);
  }

  /** Runs the commands in one transaction and commits it. Without an await, so nothing else uses the connection. */
  #commit(jobs: readonly Job<R, E>[], time: number): Group<E> | undefined {
    const { db } = this.#options;
    const state = new Overlay<R>(this.#base);
    const edge = this.#edge.fork();
    const entries: Appended<E>[] = [];
    const settle: ((head: Head) => void)[] = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const { command, succeed, fail } of jobs) {
        const first = edge.size + entries.length;
        const draft = new CommandDraft<R, E>({ below: state, first, now: time, db, folding: this.#options });
        try {
          const value = this.#store.apart(() => runSync(command, draft));
          draft.state.mergeInto(state);
          entries.push(...draft.appended);
          settle.push((head) => succeed(value, head, first, first + draft.appended.length - 1));
        } catch (error) {
          // A full disk may have taken the transaction with it; then nothing of the group can be kept.
          if (!db.isTransaction) throw error;
          settle.push(() => fail(error));
        } finally {
          draft.end();
        }
      }
      for (const { index, bytes } of entries) {
        this.#store.insertEntry(index, bytes);
        for (const tile of edge.append(leafHash(sha256, bytes))) this.#store.insertTile(tile);
      }
      if (entries.length > 0) this.#store.insertHead(edge.size, edge.root());
      for (const change of state.changes()) this.#store.saveState(change);
      // A crash before this: nothing of the group exists, nobody was answered. A crash after it: entries, tiles, root
      // and state are on the disk together, nothing of them was signed; the next start finishes the step.
      db.exec('COMMIT');
    } catch (error) {
      return this.#undo(jobs, error);
    }
    this.#trouble = undefined;
    state.mergeInto(this.#base);
    this.#edge = edge;
    this.#clock.wrote(time);
    return { entries, edge, settle, fail: (error) => jobs.forEach((job) => job.fail(error)) };
  }

  /** Nothing of the group was kept: memory was not touched, and the transaction is rolled back. */
  #undo(jobs: readonly Job<R, E>[], error: unknown): undefined {
    const { db, report } = this.#options;
    report(error);
    this.#trouble = `The log could not be written: ${messageOf(error)}. Nothing is allowed until it can be; see whether the disk is full.`;
    try {
      if (db.isTransaction) db.exec('ROLLBACK');
      if (this.#store.size() !== this.#edge.size)
        throw new Error('the database holds other entries than this server wrote', { cause: error });
    } catch (contradiction) {
      this.#stop(contradiction);
    }
    return this.#refuse(jobs);
  }

  #stop(error: unknown): void {
    this.#options.report(error);
    this.#stopped ??= `Writing stopped: ${messageOf(error)}. Nothing is allowed until the cause is found and the server restarted.`;
  }

  /** Signs and locks a committed group, then answers. Never rejects. */
  async #publish({ entries, edge, settle, fail }: Group<E>): Promise<void> {
    try {
      if (this.#stopped !== undefined || !this.#head || !this.#key || !this.#lock)
        throw new Error(this.#stopped ?? 'no key or lock');
      if (entries.length > 0) {
        const checkpoint = { origin: this.#head.origin, size: edge.size, root: edge.root() };
        this.#head = await finish(checkpoint, this.#key, this.#lock);
      }
    } catch (error) {
      // Committed but not signed, so not acknowledged. The next start finishes the step, or says why it cannot.
      this.#stop(error);
      fail(new Refusal('log_unwritable', { cause: error }));
      return;
    }
    const head = this.#head;
    // A crash from here on: the answers may be lost, what they say is not. Asking again finds it in the log.
    for (const answer of settle) answer(head);
    if (entries.length > 0) this.#announce(entries);
  }

  #announce(entries: readonly LogEntry<E>[]): void {
    for (const listener of this.#listeners)
      try {
        listener(entries);
      } catch (error) {
        this.#options.report(error);
      }
  }
}
