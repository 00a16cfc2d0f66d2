import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '#shared/log/codec.ts';
import type { Edge } from '#shared/log/merkle/edge.ts';
import { MemoryState, type View } from '#shared/log/state.ts';
import type { Refusal } from '#shared/errors.ts';
import { LogClock, systemClocks } from './clock.ts';
import type { DraftOf, EntryAt } from './draft.ts';
import { type Group, type QueuedCommand, type Tip, runCommands } from './group.ts';
import { type SignedHead, signHead } from './head.ts';
import { WriterHealth } from './health.ts';
import { EntryIndex } from './index-keys.ts';
import type { LogKey } from './key.ts';
import { type EntryListener, Listeners } from './listeners.ts';
import type { Lock } from './lock.ts';
import { LogReader } from './reader.ts';
import { type Found, compareWithLock } from './startup.ts';
import type { CommitError, LogStore } from './store.ts';
import { Together } from './together.ts';
import { appendedTo } from './tree-rows.ts';
import { type Done, type Health, type LogOptions, Trouble } from './types.ts';

/** Bounds what one sync takes along, and the wait of the first command in a group. */
const MAX_GROUP_COMMANDS = 1000;
/** One group is committed while the next one is made. */
const MAX_GROUPS_IN_FLIGHT = 2;
/** How long what failed is left alone where nobody asks for it. */
const RETRY_MS = 1000;

/** A tree that is on the disk, to be signed for. */
interface Committed {
  readonly edge: Edge;
  /** The log's key from here on, where an entry names another one. */
  readonly nextKey: LogKey | undefined;
}

/** A group on its way there, and the tree with it. */
interface Flight<R, E extends Envelope> extends Committed {
  readonly group: Group<R, E>;
}

/**
 * The log's one writer. What becomes of a command is told from `run` to `publish`, in order:
 *
 *     command → group → sequence → commit → sign → lock → publish
 *
 * Three groups are under way at once: one is made and hashed here while the store commits the one before it, and
 * while the lock for the one before that is written; every group comes through each step in its turn. Comments in
 * capitals say what holds if the process dies there. The file is long so that the way is read in one place; what is
 * not a step of it lies beside. `R` is the folded state's rows by kind, `E` the entries.
 */
export class LogWriter<R, E extends Envelope> {
  readonly reader: LogReader;
  readonly index: EntryIndex;
  readonly #options: LogOptions<R, E>;
  readonly #store: LogStore;
  readonly #lock: Lock | undefined;
  readonly #clock: LogClock;
  readonly #listeners: Listeners<E>;
  /** What is on the disk: folded state, and the tree over the entries. */
  readonly #state: MemoryState<R>;
  #edge: Edge;
  /** The same with every group that was handed to the disk: what the next group is made on. */
  #tip: Tip<R> & { readonly edge: Edge };
  #head: SignedHead | undefined;
  #key: LogKey | undefined;
  /** A key that an entry may name, and one that an entry named which is not under a signed head yet. */
  #expected: LogKey | undefined;
  #named: LogKey | undefined;

  /** Commands that wait for their group. */
  #queue: QueuedCommand<R, E>[] = [];
  #draining: Promise<void> | undefined;
  /** Groups that are not on the disk yet, in order. */
  #inFlight: Flight<R, E>[] = [];
  #landed = Promise.withResolvers<void>();
  readonly #signing = new Together((trees: readonly Committed[]) => this.#sign(trees));
  /** Entries that are on the disk and that nobody heard of, because no head over them could be signed. */
  readonly #unheard: EntryAt<E>[] = [];

  readonly #health: WriterHealth;
  #retrying: NodeJS.Timeout | undefined;

  private constructor(options: LogOptions<R, E>, state: MemoryState<R>, found: Found) {
    const { store } = options;
    this.#options = options;
    this.#listeners = new Listeners(options.report);
    this.#clock = new LogClock(options.clocks ?? systemClocks, found.lastTime);
    this.#store = store;
    this.#lock = found.lock;
    this.#state = state;
    this.#edge = found.edge;
    this.#tip = { state, edge: found.edge, size: found.edge.size };
    this.#head = found.head;
    this.#key = found.key;
    this.#health = new WriterHealth(this.#clock, found.stopped);
    this.index = new EntryIndex(store);
    this.reader = new LogReader(
      store,
      () => this.#edge,
      // Without a lock nobody knows what was signed; what there is can still be read.
      () => this.#head?.size ?? Infinity,
    );
  }

  /**
   * Opens the log in a data folder, or starts one. A log that must not sign (a backup was restored, the lock is gone)
   * opens all the same and serves reads; `health` says why.
   */
  static async open<R, E extends Envelope>(options: LogOptions<R, E>): Promise<LogWriter<R, E>> {
    const { store } = options;
    const state = new MemoryState<R>();
    for (const change of store.state()) state.apply(change);
    const names = options.as ?? options.names?.(state);
    const found = await compareWithLock(options.folder, options.origin, store, names);
    const writer = new LogWriter(options, state, found);
    // A disk may be full before anybody wants to write, and /readyz is to say so.
    if (found.stopped === undefined) await writer.#probe();
    writer.index.catchUp(writer.reader, found.edge.size, {
      keysOf: (envelope) => options.indexKeys(options.read(envelope), state),
      isStopped: found.stopped !== undefined,
      report: options.report,
    });
    return writer;
  }

  // ————— Command —————

  /**
   * Runs a command, synchronously and alone, in the next group. Resolves when what it appended is committed, signed
   * and locked. What it throws (a Refusal, or anything) undoes that command alone and rejects its promise; a log that
   * cannot be written rejects with the refusal `log_unwritable`.
   */
  run<T>(command: (draft: DraftOf<R, E>) => T): Promise<Done<T>> {
    // A CRASH HERE: the command is lost, and whoever gave it has no answer. Given again it runs anew.
    return new Promise((resolve, reject) => {
      this.#queue.push({
        command,
        // `value` is what this very command returned.
        succeed: (value, { note: checkpoint, size }, first, last) =>
          resolve({ value: value as T, checkpoint, size, first, last }),
        fail: reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  // ————— Group —————

  /** Makes groups of what waits, as long as something does. */
  async #drain(): Promise<void> {
    do {
      await breathe(); // whoever is about to hand something in joins this group
      while (this.#inFlight.length >= MAX_GROUPS_IN_FLIGHT) await this.#landed.promise;
      const now = (await this.#overcameTrouble()) ? await this.#timeForGroup() : undefined;
      const jobs = this.#queue.splice(0, MAX_GROUP_COMMANDS);
      if (now === undefined) {
        for (const { fail } of jobs) fail(this.#health.refusal());
        continue;
      }
      void this.sequence((on) => runCommands(jobs, { ...on, now, folding: this.#options }));
      this.#clock.wrote(now);
    } while (this.#queue.length > 0);
    this.#draining = undefined;
  }

  /** Log time for the next group, once a small step back was waited out; undefined when nothing may be written. */
  async #timeForGroup(): Promise<number | undefined> {
    for (;;) {
      const reading = this.#clock.read();
      if (this.#health.stopped !== undefined || 'stopped' in reading) return undefined;
      if ('time' in reading) return reading.time;
      await sleep(reading.wait);
    }
  }

  // ————— Sequence, commit —————

  /**
   * Takes one group from here to its answers. `make` judges its commands against what it is given, in memory and without
   * a pause, so that nothing comes between what a command saw and the place of its entries.
   */
  async sequence(make: (on: Tip<R>) => Group<R, E>): Promise<void> {
    const group = make(this.#tip);
    const { edge, segments, tiles } = appendedTo(
      this.#tip.edge,
      group.entries.map(({ bytes }) => bytes),
    );
    const flight: Flight<R, E> = { group, edge, nextKey: this.#keyNamedIn(group.state) };
    this.#tip = { state: group.state, edge, size: edge.size };
    this.#inFlight.push(flight);
    try {
      // A CRASH HERE, until the store has committed: nothing of the group exists, nobody was answered.
      await this.#store.commit({ ...group.beside, segments, tiles });
    } catch (error) {
      this.#lose(flight, error);
      group.fail(this.#health.refusal());
      return;
    }
    // A CRASH HERE: entries, tiles, root and state are on the disk together, and nothing of them is signed. The next
    // start proves that they extend what was signed and goes on below, so nobody who asks again finds them missing.
    const signed = this.#signing.join(flight); // the lock is written while memory follows
    this.#land(flight);
    let head: SignedHead;
    try {
      head = await signed;
    } catch (error) {
      this.#options.report(error);
      group.fail(this.#health.refusal());
      if (error instanceof Trouble) this.#leaveUnsigned(group);
      return;
    }
    this.#publish(group, head);
  }

  /** The oldest group in flight is on the disk. */
  #land({ group, edge }: Flight<R, E>): void {
    this.#inFlight.shift();
    this.#edge = edge;
    group.state.mergeInto(this.#state);
    const [next] = this.#inFlight;
    if (next) next.group.state.rebase(this.#state);
    else this.#tip = { ...this.#tip, state: this.#state };
    for (const { index, keys, doubt } of group.entries) {
      this.index.add(index, keys);
      if (doubt !== undefined) this.#options.doubted?.(index, doubt);
    }
    this.#wake();
  }

  /** The oldest group in flight could not be written, and so none that was made on top of it. */
  #lose(flight: Flight<R, E>, error: unknown): void {
    if (!this.#inFlight.includes(flight)) return; // made on top of one that was lost
    this.#inFlight = [];
    this.#tip = { state: this.#state, edge: this.#edge, size: this.#edge.size };
    this.#store.resume();
    this.#failCommit(error);
    this.#wake();
  }

  // ————— Sign, lock —————

  /** The head over what was committed by now, signed and in the lock; the one there is where no entry was added. */
  async #sign(trees: readonly Committed[]): Promise<SignedHead> {
    this.#named = trees.findLast(({ nextKey }) => nextKey !== undefined)?.nextKey ?? this.#named;
    try {
      const { stopped } = this.#health;
      if (stopped !== undefined || !this.#head || !this.#key || !this.#lock)
        throw new Error(stopped ?? 'there is no key or lock');
      const newest = trees.findLast(({ edge }) => edge.size > (this.#head?.size ?? 0));
      if (!newest) return this.#head;
      const { edge } = newest;
      // The first head that holds a rotation is signed by both keys: whoever trusts either of them reads it.
      const keys = this.#named ? [this.#key, this.#named] : [this.#key];
      const head = await signHead({ origin: this.#head.origin, size: edge.size, root: edge.root() }, keys);
      // A CRASH HERE: committed, and signed in memory alone. The next start signs the same bytes again, for Ed25519 has
      // no randomness; so nobody ever sees two heads.
      await this.#lock.swap(head.note);
      // A CRASH HERE: signed and kept, and told to nobody. The next start finds lock and database agreed.
      this.#head = head;
      this.#key = this.#named ?? this.#key;
      this.#named = undefined;
      this.#health.passed('sign');
      return head;
    } catch (error) {
      // Committed and not signed, so not acknowledged. The next head is over it too, or the next start finishes the step.
      this.#health.failed('sign', error);
      throw error;
    }
  }

  /** They are on the disk, and the next head will be over them. */
  #leaveUnsigned({ entries }: Group<R, E>): void {
    this.#unheard.push(...entries);
    this.#retryLater();
  }

  // ————— Publish —————

  /** From here on readers may have it. Who listens hears of it, then whoever gave the commands has the answer. */
  #publish(group: Group<R, E>, head: SignedHead): void {
    // A CRASH HERE: answers may be lost, what they say is not. Asked again, it is found in the log.
    const entries = [...this.#unheard.splice(0), ...group.entries];
    if (entries.length > 0) this.#listeners.tell(entries);
    group.settle(head);
  }

  /**
   * `listener` hears of each committed entry once, in order, by groups: when it is under a signed checkpoint, and before
   * the command is answered. What it throws is reported and harms nobody. A process that dies between commit and here
   * has told nobody, so what must not be missed keeps its own place in the log. Returns how to stop.
   */
  subscribe(listener: EntryListener<E>): () => void {
    return this.#listeners.add(listener);
  }

  // ————— What it is asked besides —————

  /** Folded state as committed. What it says survives a crash; its checkpoint may be a moment behind. */
  get state(): View<R> {
    return this.#state;
  }

  /** The tree as it is in the database, signed or not. */
  get tree(): { size: number; root: Uint8Array } {
    return { size: this.#edge.size, root: this.#edge.root() };
  }

  /** The newest signed checkpoint, from the lock. Undefined only while there is no valid lock. */
  get head(): SignedHead | undefined {
    return this.#head;
  }

  /** The key in use. Undefined only while it is missing. */
  get key(): LogKey | undefined {
    return this.#key;
  }

  /** Log time in ms, for deciding what has expired. Goes on while a clock that was set back stops writing. */
  now(): number {
    return this.#clock.now();
  }

  /** `key` is one that an entry may name from here on. */
  expect(key: LogKey): void {
    this.#expected = key;
  }

  /** The key that takes over with this state, if another one does. */
  #keyNamedIn(state: View<R>): LogKey | undefined {
    const named = this.#options.names?.(state)?.logKey;
    return named !== undefined && named !== this.#key?.vkey && named === this.#expected?.vkey
      ? this.#expected
      : undefined;
  }

  /** Finishes what waits and lets go of the lock file. The other connections are closed by whoever opened them. */
  async close(): Promise<void> {
    clearTimeout(this.#retrying);
    await this.#draining;
    while (this.#inFlight.length > 0) await this.#landed.promise;
    await this.#signing.idle();
    this.stop('The server is shutting down.');
    await this.#lock?.close();
    await this.index.close();
    await this.#store.close();
  }

  // ————— When it cannot be written —————

  get health(): Health {
    return this.#health.now;
  }

  /** Nothing is written any more, until a restart. */
  stop(why: string): void {
    this.#health.stop(why);
  }

  /**
   * A row beside the log could not be written. Neither can the log then, as far as anybody knows: health says so, as
   * after a commit that failed. Returns the refusal for whoever wanted the row.
   */
  distrust(error: CommitError): Refusal {
    this.#options.report(error);
    this.#failCommit(error);
    return this.#health.refusal();
  }

  #failCommit(error: unknown): void {
    this.#health.failed('commit', error);
    if (this.#health.stopped === undefined) this.#retryLater();
  }

  /** Tries again what failed last. Returns whether nothing is in the way now. */
  async #overcameTrouble(): Promise<boolean> {
    if (this.#health.isIn('sign')) await this.#signing.idle();
    if (this.#health.isIn('sign'))
      await this.#signing.join({ edge: this.#edge, nextKey: undefined }).catch(() => undefined);
    if (this.#health.isIn('commit')) await this.#probe();
    return !this.#health.isIn('sign') && !this.#health.isIn('commit');
  }

  async #probe(): Promise<void> {
    try {
      await this.#store.probe();
      this.#health.passed('commit');
    } catch (error) {
      this.#failCommit(error);
    }
  }

  /** Sees by itself whether a trouble has passed: as long as /readyz says no, nobody may send anything to write. */
  #retryLater(): void {
    this.#retrying ??= setTimeout(() => {
      this.#retrying = undefined;
      this.run(() => undefined).catch(() => {
        if (this.#health.stopped === undefined) this.#retryLater();
      });
    }, RETRY_MS).unref();
  }

  #wake(): void {
    this.#landed.resolve();
    this.#landed = Promise.withResolvers();
  }
}
