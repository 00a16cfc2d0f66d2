import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '#shared/entries/codec.ts';
import { MemoryState, type View } from '#shared/entries/view.ts';
import { Refusal } from '#shared/errors.ts';
import type { Edge } from '#shared/merkle/edge.ts';
import { LogClock, systemClocks } from './clock.ts';
import { CommitError, Committer } from './committer.ts';
import type { Draft, LogEntry } from './draft.ts';
import { type Group, type Job, isEmpty, runCommands } from './group.ts';
import type { LogKey } from './key.ts';
import type { Lock } from './lock.ts';
import { Places } from './places.ts';
import { LogReader } from './reader.ts';
import { type Head, type Recovered, finish, recover } from './recover.ts';
import { LogStore } from './store.ts';
import type { Done, Health, LogOptions } from './types.ts';

/** Commands in one transaction at most: bounds what one sync takes along, and the wait of the first one in. */
const LARGEST_GROUP = 1000;
/** Groups on their way to the disk at most: one is being committed while the next one is made. */
const MOST_FLYING = 2;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * The log's one writer. Handlers hand it commands; it runs what waits in one transaction, signs, and only then answers.
 * Three things go on at once: commands run here and make a group, another thread commits the group before it, and the
 * lock of the one before that is written. `R` is the folded state's rows by kind, `E` the entries.
 */
export class LogWriter<R, E extends Envelope> {
  readonly log: LogReader;
  readonly places: Places;
  readonly #options: LogOptions<R, E>;
  readonly #committer: Committer;
  readonly #base = new MemoryState<R>();
  readonly #clock: LogClock;
  readonly #key: LogKey | undefined;
  readonly #lock: Lock | undefined;
  readonly #listeners = new Set<(entries: readonly LogEntry<E>[]) => void>();
  /** The tree as committed. */
  #edge: Edge;
  #head: Head | undefined;
  /** State and tree with every group that was handed to the disk: what the next commands see. */
  #tip: { readonly state: View<R>; readonly edge: Edge };
  /** Why nothing may be signed any more, until a restart. */
  #stopped: string | undefined;
  /** Why the last commit failed, until one succeeds. */
  #trouble: string | undefined;
  #queue: Job<R, E>[] = [];
  #running: Promise<void> | undefined;
  /** Groups handed to the disk and not answered yet, in order; resolves `landed` with each answer. */
  #flying: Group<R, E>[] = [];
  #landed = Promise.withResolvers<void>();
  /** Groups that are committed and not under a signed head yet. */
  #unsigned: Group<R, E>[] = [];
  #signing: Promise<void> | undefined;

  private constructor(options: LogOptions<R, E>, store: LogStore, found: Recovered) {
    this.#options = options;
    this.#edge = found.edge;
    this.#head = found.head;
    this.#key = found.key;
    this.#lock = found.lock;
    this.#stopped = found.stopped;
    this.#clock = new LogClock(options.clocks ?? systemClocks, found.lastTime);
    this.#committer = new Committer(options.database.path);
    this.places = new Places(options.database.reading, this.#committer);
    this.log = new LogReader(
      store,
      () => this.#edge,
      () => this.#head?.size ?? 0,
    );
    for (const change of store.state()) this.#base.apply(change);
    this.#tip = { state: this.#base, edge: this.#edge };
  }

  /**
   * Opens the log in a data folder, or starts one. A log that must not sign (a backup was restored, the lock is gone)
   * opens all the same and serves reads; `health` says why.
   */
  static async open<R, E extends Envelope>(options: LogOptions<R, E>): Promise<LogWriter<R, E>> {
    const store = new LogStore(options.database.reading);
    const writer = new LogWriter(options, store, await recover(options.folder, options.origin, store));
    if (writer.#stopped === undefined) writer.#catchUp();
    return writer;
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

  /** Finishes what waits and lets go of the lock file. The other connections are closed by whoever opened them. */
  async close(): Promise<void> {
    await this.#running;
    while (this.#flying.length > 0) await this.#landed.promise;
    await this.#signing;
    await this.places.flush();
    this.#stopped ??= 'The server is shutting down.';
    this.places.close();
    await this.#committer.close();
    await this.#lock?.close();
  }

  /** What a crash kept from the index. */
  #catchUp(): void {
    const folding = this.#options;
    for (let index = this.places.size; index < this.#edge.size; index += 1) {
      const bytes = this.log.committed(index);
      if (bytes) this.places.add(index, folding.places(folding.decode(bytes), this.#base));
    }
  }

  async #drain(): Promise<void> {
    do {
      await breathe(); // whoever is about to hand something in joins this group
      while (this.#flying.length >= MOST_FLYING) await this.#landed.promise;
      const now = await this.#time();
      const jobs = this.#queue.splice(0, LARGEST_GROUP);
      if (now === undefined) this.#refuse(jobs);
      else this.#send(runCommands(jobs, { ...this.#tip, now, folding: this.#options }), now);
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

  #refuse(jobs: readonly Job<R, E>[]): void {
    const refusal = this.#unwritable();
    for (const job of jobs) job.fail(refusal);
  }

  #unwritable(): Refusal {
    const { health } = this;
    return new Refusal('log_unwritable', { cause: health.ok ? undefined : new Error(health.reason) });
  }

  #send(group: Group<R, E>, now: number): void {
    const committed = isEmpty(group.rows)
      ? this.#behind([...this.#flying])
      : this.#committer.commit(group.rows);
    this.#clock.wrote(now);
    this.#tip = group;
    this.#flying.push(group);
    committed.then(
      () => this.#land(group),
      (error: unknown) => this.#lose(group, error),
    );
  }

  /** Nothing to write, so there is only to wait for the groups before. */
  async #behind(before: readonly Group<R, E>[]): Promise<void> {
    while (before.some((group) => this.#flying.includes(group))) await this.#landed.promise;
  }

  /** The oldest flying group is on the disk. */
  #land(group: Group<R, E>): void {
    // One that was lost with the group before it.
    if (this.#flying[0] !== group) return;
    this.#flying.shift();
    this.#trouble = undefined;
    group.state.mergeInto(this.#base);
    const [next] = this.#flying;
    if (next) next.state.rebase(this.#base);
    else this.#tip = { state: this.#base, edge: group.edge };
    this.#edge = group.edge;
    for (const { index, places } of group.entries) this.places.add(index, places);
    this.#unsigned.push(group);
    this.#signing ??= this.#sign();
    this.#wake();
  }

  /** The oldest flying group could not be written, and so none that was made on top of it. */
  #lose(group: Group<R, E>, error: unknown): void {
    if (!this.#flying.includes(group)) return;
    const groups = this.#flying.splice(0);
    this.#tip = { state: this.#base, edge: this.#edge };
    this.#options.report(error);
    if (error instanceof CommitError && error.fatal) this.#stop(error);
    else
      this.#trouble = `The log could not be written: ${messageOf(error)}. Nothing is allowed until it can be; see whether the disk is full.`;
    this.#committer.resume();
    const refusal = this.#unwritable();
    for (const { fail } of groups) fail(refusal);
    this.#wake();
  }

  #wake(): void {
    this.#landed.resolve();
    this.#landed = Promise.withResolvers();
  }

  #stop(error: unknown): void {
    this.#options.report(error);
    this.#stopped ??= `Writing stopped: ${messageOf(error)}. Nothing is allowed until the cause is found and the server restarted.`;
  }

  /** Signs and locks what is committed, the newest head for all groups below it, then answers. Never rejects. */
  async #sign(): Promise<void> {
    while (this.#unsigned.length > 0) {
      const groups = this.#unsigned.splice(0);
      try {
        await this.#headOver(groups.at(-1)?.edge ?? this.#edge);
      } catch (error) {
        // Committed but not signed, so not acknowledged. The next start finishes the step, or says why it cannot.
        this.#stop(error);
        for (const group of groups) group.fail(this.#unwritable());
        continue;
      }
      const head = this.#head;
      if (!head) continue;
      // A crash from here on: the answers may be lost, what they say is not. Asking again finds it in the log.
      for (const { settle } of groups) settle(head);
      for (const { entries } of groups) if (entries.length > 0) this.#announce(entries);
    }
    this.#signing = undefined;
  }

  async #headOver(edge: Edge): Promise<void> {
    if (this.#stopped !== undefined || !this.#head || !this.#key || !this.#lock)
      throw new Error(this.#stopped ?? 'no key or lock');
    if (edge.size === this.#head.size) return;
    const checkpoint = { origin: this.#head.origin, size: edge.size, root: edge.root() };
    this.#head = await finish(checkpoint, this.#key, this.#lock);
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
