import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, decodeEnvelope } from '#shared/log/codec.ts';
import { MemoryState, type View } from '#shared/log/state.ts';
import { Refusal } from '#shared/errors.ts';
import { LogClock, systemClocks } from './clock.ts';
import { CommitError, Committer } from './committer.ts';
import type { Draft, LogEntry } from './draft.ts';
import { type Group, type Job, runCommands } from './group.ts';
import { Places } from './index-keys.ts';
import type { LogKey } from './key.ts';
import { LogReader } from './reader.ts';
import { type Head, type Recovered, recover } from './startup.ts';
import { Sequencer } from './sequencer.ts';
import { LogStore } from './store.ts';
import { type Done, type Health, type LogOptions, Trouble } from './types.ts';

/** Commands in one transaction at most: bounds what one sync takes along, and the wait of the first one in. */
const LARGEST_GROUP = 1000;
/** Groups on their way to the disk at most: one is being committed while the next one is made. */
const MOST_FLYING = 2;

/** How long what failed is left alone, in ms, where nobody asks for it. */
const PATIENCE = 1000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * The log's one writer. Handlers hand it commands; it runs what waits as one group over the folded state, has the
 * sequencer write and sign it, and only then answers. `R` is the folded state's rows by kind, `E` the entries.
 */
export class LogWriter<R, E extends Envelope> {
  readonly log: LogReader;
  readonly places: Places;
  readonly #options: LogOptions<R, E>;
  readonly #committer: Committer;
  readonly #sequencer: Sequencer;
  readonly #base: MemoryState<R>;
  readonly #clock: LogClock;
  readonly #listeners = new Set<(entries: readonly LogEntry<E>[]) => void>();
  /** State with every group that was handed to the disk: what the next commands see. */
  #tip: View<R>;
  /** Groups that are not on the disk yet, in order. */
  #flying: Group<R, E>[] = [];
  /** Why the last commit failed, until something can be written. */
  #trouble: string | undefined;
  #trying: NodeJS.Timeout | undefined;
  /** The key that waits for the entry which names it. */
  #expected: LogKey | undefined;
  /** Entries that nobody heard of, because no head over them could be signed. */
  readonly #untold: LogEntry<E>[] = [];
  #queue: Job<R, E>[] = [];
  #running: Promise<void> | undefined;
  #landed = Promise.withResolvers<void>();

  private constructor(options: LogOptions<R, E>, store: LogStore, base: MemoryState<R>, found: Recovered) {
    this.#options = options;
    this.#base = this.#tip = base;
    this.#clock = new LogClock(options.clocks ?? systemClocks, found.lastTime);
    this.#committer = new Committer(options.database.path);
    this.#sequencer = new Sequencer(found, this.#committer);
    this.places = new Places(options.database.reading, this.#committer);
    this.log = new LogReader(
      store,
      () => this.#sequencer.edge,
      // Without a lock nobody knows what was signed; what there is can still be read.
      () => this.head?.size ?? Infinity,
    );
  }

  /**
   * Opens the log in a data folder, or starts one. A log that must not sign (a backup was restored, the lock is gone)
   * opens all the same and serves reads; `health` says why.
   */
  static async open<R, E extends Envelope>(options: LogOptions<R, E>): Promise<LogWriter<R, E>> {
    const store = new LogStore(options.database.reading);
    const base = new MemoryState<R>();
    for (const change of store.state()) base.apply(change);
    const names = options.as ?? options.names?.(base);
    const found = await recover(options.folder, options.origin, store, names);
    const writer = new LogWriter(options, store, base, found);
    // A disk may be full before anybody wants to write, and /readyz is to say so.
    if (found.stopped === undefined) await writer.#probe();
    writer.#catchUp();
    return writer;
  }

  /** Folded state as committed. What it says survives a crash; its checkpoint may be a moment behind. */
  get state(): View<R> {
    return this.#base;
  }

  /** The key in use. Undefined only while it is missing. */
  get key(): LogKey | undefined {
    return this.#sequencer.key;
  }

  /** The log's verifier key, `name+id+key`. Undefined only while the key is missing. */
  get vkey(): string | undefined {
    return this.key?.vkey;
  }

  /** The tree as it is in the database, signed or not. */
  get tree(): { size: number; root: Uint8Array } {
    const { edge } = this.#sequencer;
    return { size: edge.size, root: edge.root() };
  }

  /** Log time in ms, for deciding what has expired. Goes on while a clock that was set back stops writing. */
  now(): number {
    return this.#clock.now();
  }

  /** The newest signed checkpoint as a note, from the lock. Undefined only while there is no valid lock. */
  checkpoint(): string | undefined {
    return this.head?.note;
  }

  /** Size and root of the newest signed checkpoint. */
  get head(): Head | undefined {
    return this.#sequencer.head;
  }

  get health(): Health {
    const clock = this.#clock.read();
    const reason = this.#sequencer.stopped ?? this.#sequencer.trouble ?? this.#trouble;
    if (reason !== undefined) return { ok: false, reason };
    if (!('stopped' in clock)) return { ok: true };
    return { ok: false, reason: clock.stopped, ...(clock.restart && { restart: true }) };
  }

  /** Nothing is written any more, until a restart. */
  stop(why: string): void {
    this.#sequencer.stop(why);
  }

  /**
   * A row beside the log could not be written. Neither can the log then, as far as anybody knows: health says so, as
   * after a commit that failed. Returns the refusal for whoever wanted the row.
   */
  distrust(error: Error): Refusal {
    this.#options.report(error);
    this.#fail(CommitError.of(error));
    return this.#unwritable();
  }

  /**
   * `listener` hears of each committed entry once, in order, by groups: when it is under a signed checkpoint, and before
   * the command is answered. What it throws is reported and harms nobody. A process that dies between commit and here
   * has told nobody, so what must not be missed keeps its own place in the log. Returns how to stop.
   */
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

  /** Finishes what waits and lets go of the lock file. The other connections are closed by whoever opened them. */
  async close(): Promise<void> {
    clearTimeout(this.#trying);
    await this.#running;
    await this.#sequencer.close();
    await this.places.close();
    await this.#committer.close();
  }

  /** What a crash, or a backup that was taken in between, kept from the index. A log that must not sign writes nothing. */
  #catchUp(): void {
    const { places } = this;
    const folding = this.#options;
    const isStopped = this.#sequencer.stopped !== undefined;
    try {
      for (let index = places.size; index < this.#sequencer.size; index += 1) {
        const bytes = this.log.committed(index);
        if (!bytes) continue;
        const found = folding.places(folding.read(decodeEnvelope(bytes)), this.#base);
        if (isStopped) places.remember(index, found);
        else places.add(index, found);
      }
    } catch (error) {
      if (!isStopped) throw error;
      folding.report(error); // it is damaged, and serves what can be read
    }
  }

  async #drain(): Promise<void> {
    do {
      await breathe(); // whoever is about to hand something in joins this group
      while (this.#flying.length >= MOST_FLYING) await this.#landed.promise;
      if (this.#sequencer.trouble !== undefined) await this.#sequencer.retry();
      if (this.#trouble !== undefined) await this.#probe();
      const inTrouble = this.#sequencer.trouble !== undefined || this.#trouble !== undefined;
      const now = inTrouble ? undefined : await this.#time();
      const jobs = this.#queue.splice(0, LARGEST_GROUP);
      if (now === undefined) for (const { fail } of jobs) fail(this.#unwritable());
      else this.#send(jobs, now);
    } while (this.#queue.length > 0);
    this.#running = undefined;
  }

  async #probe(): Promise<void> {
    try {
      await this.#committer.probe();
      this.#trouble = undefined;
    } catch (error) {
      this.#lose(error);
    }
  }

  /**
   * Sees by itself whether a trouble has passed: as long as /readyz says no, nobody may send anything to write.
   */
  #tryLater(): void {
    this.#trying ??= setTimeout(() => {
      this.#trying = undefined;
      this.run(() => undefined).catch(() => {
        if (this.#sequencer.stopped === undefined) this.#tryLater();
      });
    }, PATIENCE).unref();
  }

  /** Log time for the next group, once a small step back was waited out; undefined when nothing may be written. */
  async #time(): Promise<number | undefined> {
    for (;;) {
      const reading = this.#clock.read();
      if (this.#sequencer.stopped !== undefined || 'stopped' in reading) return undefined;
      if ('time' in reading) return reading.time;
      await sleep(reading.wait);
    }
  }

  #unwritable(): Refusal {
    const { health } = this;
    return new Refusal('log_unwritable', { cause: health.ok ? undefined : new Error(health.reason) });
  }

  #send(jobs: readonly Job<R, E>[], now: number): void {
    const group = runCommands(jobs, {
      state: this.#tip,
      size: this.#sequencer.size,
      now,
      folding: this.#options,
    });
    this.#clock.wrote(now);
    this.#tip = group.state;
    this.#flying.push(group);
    const { committed, signed } = this.#sequencer.append(
      group.entries.map(({ bytes }) => bytes),
      group.beside,
      this.#keyNamedBy(group.state),
    );
    committed.then(
      () => this.#land(group),
      (error: unknown) => this.#lose(error),
    );
    void this.#answer(group, signed);
  }

  /** `key` is one that an entry may name from here on. */
  expect(key: LogKey): void {
    this.#expected = key;
  }

  /** The key that takes over with this state, if another one does. */
  #keyNamedBy(state: View<R>): LogKey | undefined {
    const named = this.#options.names?.(state)?.logKey;
    return named !== undefined && named !== this.vkey && named === this.#expected?.vkey
      ? this.#expected
      : undefined;
  }

  async #answer(group: Group<R, E>, signed: Promise<Head>): Promise<void> {
    let head: Head;
    try {
      head = await signed;
    } catch (error) {
      this.#options.report(error);
      group.fail(this.#unwritable());
      if (error instanceof Trouble) {
        // They are committed, and the next head is over them.
        this.#untold.push(...group.entries);
        this.#tryLater();
      }
      return;
    }
    // Before the answers: what a handler does next comes after whatever hangs on its entries.
    const entries = [...this.#untold.splice(0), ...group.entries];
    if (entries.length > 0) this.#announce(entries);
    group.settle(head);
  }

  /** The oldest flying group is on the disk. */
  #land(group: Group<R, E>): void {
    this.#flying.shift();
    group.state.mergeInto(this.#base);
    const [next] = this.#flying;
    if (next) next.state.rebase(this.#base);
    else this.#tip = this.#base;
    for (const { index, places, doubt } of group.entries) {
      this.places.add(index, places);
      if (doubt !== undefined) this.#options.doubted?.(index, doubt);
    }
    this.#wake();
  }

  /** The oldest flying group could not be written, and so none that was made on top of it. */
  #lose(error: unknown): void {
    this.#flying = [];
    this.#tip = this.#base;
    this.#fail(error);
    this.#wake();
  }

  /** For good, or until something can be written again. */
  #fail(error: unknown): void {
    if (error instanceof CommitError && error.fatal)
      this.#sequencer.stop(
        `Writing stopped: ${messageOf(error)}. Nothing is allowed until the cause is found and the server restarted.`,
      );
    else {
      this.#trouble = `The log could not be written: ${messageOf(error)}. Nothing is allowed until it can be; see whether the disk is full.`;
      this.#tryLater();
    }
  }

  #wake(): void {
    this.#landed.resolve();
    this.#landed = Promise.withResolvers();
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
