import { encodeBundle } from '#shared/log/merkle/bundle.ts';
import type { Edge, FullTile } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { TILE_WIDTH } from '#shared/log/merkle/tiles.ts';
import type { Committer } from './committer.ts';
import { sha256 } from './hash.ts';
import type { LogKey } from './key.ts';
import type { Lock } from './lock.ts';
import { type Head, type Recovered, finish } from './startup.ts';
import type { GroupRows, Segment } from './rows.ts';
import { Trouble } from './types.ts';

/** What is written beside the entries, in their transaction. */
export type Beside = Omit<GroupRows, 'segments' | 'tiles'>;

/** What becomes of a group that was appended. Groups come through each gate in the order in which they were appended. */
export interface Appending {
  /** It is on the disk. Rejects with CommitError: then nothing of it is, nor of any group appended after it. */
  readonly committed: Promise<void>;
  /** It is under a signed head that is in the lock. Rejects when it never was committed or may not be signed. */
  readonly signed: Promise<Head>;
}

interface Flight {
  readonly edge: Edge;
  readonly hasEntries: boolean;
  /** The log's key from here on: an entry of this group names it. */
  readonly next: LogKey | undefined;
  readonly committed: PromiseWithResolvers<void>;
  readonly signed: PromiseWithResolvers<Head>;
}

/**
 * Puts bytes into the tree and on the disk, and signs for them. Three things go on at once: the group that is appended
 * is hashed here, another thread commits the one before it, and the lock of the one before that is written. One lock
 * serves all groups that were committed meanwhile. Order of durability: commit, sign, lock, answer.
 */
export class Sequencer {
  readonly #committer: Committer;
  #key: LogKey | undefined;
  readonly #lock: Lock | undefined;
  #edge: Edge;
  #head: Head | undefined;
  /** The tree with every group that was handed to the disk. */
  #tip: Edge;
  #stopped: string | undefined;
  /** Why the last head could not be signed, until one is. What is committed stays so, and nothing is added meanwhile. */
  #trouble: string | undefined;
  #flying: Flight[] = [];
  /** Committed and not under a signed head yet. */
  #unsigned: Flight[] = [];
  #signing: Promise<void> | undefined;
  /** The key that an entry named which is not under a signed head yet. */
  #next: LogKey | undefined;

  constructor({ edge, head, key, lock, stopped }: Recovered, committer: Committer) {
    this.#committer = committer;
    this.#edge = this.#tip = edge;
    this.#head = head;
    this.#key = key;
    this.#lock = lock;
    this.#stopped = stopped;
  }

  /** The tree as committed. */
  get edge(): Edge {
    return this.#edge;
  }

  /** Entries, with those that are on their way to the disk. */
  get size(): number {
    return this.#tip.size;
  }

  /** Groups on their way to the disk. */
  get flying(): number {
    return this.#flying.length;
  }

  /** The newest signed head. Undefined only while there is no valid lock. */
  get head(): Head | undefined {
    return this.#head;
  }

  /** Why nothing may be signed any more, until a restart. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** Why no head can be signed now: the key cannot be reached, or the lock has no room. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** The key in use. */
  get key(): LogKey | undefined {
    return this.#key;
  }

  /** `next` is the key that one of the entries names: it signs from here on, and the first head both do. */
  append(entries: readonly Uint8Array[], beside: Beside, next?: LogKey): Appending {
    const edge = this.#tip.fork();
    const tiles: FullTile[] = [];
    for (const entry of entries) tiles.push(...edge.append(leafHash(sha256, entry)));
    const flight: Flight = {
      edge,
      hasEntries: entries.length > 0,
      next,
      committed: Promise.withResolvers(),
      signed: Promise.withResolvers(),
    };
    const segments = segmentsOf(this.#tip.size, entries, edge);
    this.#tip = edge;
    this.#flying.push(flight);
    this.#committer.commit({ ...beside, segments, tiles }).then(
      () => this.#land(flight),
      (error: unknown) => this.#lose(flight, error),
    );
    // Whoever is told of the commit's failure need not ask for the head.
    flight.signed.promise.catch(() => undefined);
    return { committed: flight.committed.promise, signed: flight.signed.promise };
  }

  /** Nothing is signed from here on. */
  stop(why: string): void {
    this.#stopped ??= why;
  }

  /** Waits for what is on its way and lets go of the lock file. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#flying.map(({ committed }) => committed.promise));
    await this.#signing;
    this.stop('The server is shutting down.');
    await this.#lock?.close();
  }

  #land(flight: Flight): void {
    if (this.#flying[0] !== flight) return;
    this.#flying.shift();
    this.#edge = flight.edge;
    flight.committed.resolve();
    this.#unsigned.push(flight);
    this.#signing ??= this.#sign();
  }

  /** The oldest group could not be written, and so none that was appended after it. */
  #lose(flight: Flight, error: unknown): void {
    if (!this.#flying.includes(flight)) return;
    const flights = this.#flying.splice(0);
    this.#tip = this.#edge;
    this.#committer.resume();
    for (const { committed, signed } of flights) {
      committed.reject(error);
      signed.reject(error);
    }
  }

  /** Never rejects. */
  async #sign(): Promise<void> {
    while (this.#unsigned.length > 0) {
      const flights = this.#unsigned.splice(0);
      const newest = flights.findLast(({ hasEntries }) => hasEntries);
      this.#next = flights.findLast(({ next }) => next !== undefined)?.next ?? this.#next;
      try {
        const head = await this.#headOver(newest?.edge);
        // A crash from here on: the answers may be lost, what they say is not. Asking again finds it in the log.
        for (const { signed } of flights) signed.resolve(head);
      } catch (error) {
        // Committed but not signed, so not acknowledged. The next head is over it too, or the next start finishes the step.
        if (error instanceof Trouble) this.#trouble = error.message;
        else
          this.stop(
            `Writing stopped: ${error instanceof Error ? error.message : String(error)}. Nothing is allowed until the cause is found and the server restarted.`,
          );
        for (const { signed } of flights) signed.reject(error);
      }
    }
    this.#signing = undefined;
  }

  /** The head over a tree, signed and locked; the one there is where nothing was added. */
  async #headOver(edge: Edge | undefined): Promise<Head> {
    if (this.#stopped !== undefined || !this.#head || !this.#key || !this.#lock)
      throw new Error(this.#stopped ?? 'there is no key or lock');
    if (!edge) return this.#head;
    const checkpoint = { origin: this.#head.origin, size: edge.size, root: edge.root() };
    const keys = this.#next ? [this.#key, this.#next] : [this.#key];
    this.#head = await finish(checkpoint, keys, this.#lock);
    this.#trouble = undefined;
    if (this.#next) this.#key = this.#next;
    this.#next = undefined;
    return this.#head;
  }

  /** Signs for what is committed and could not be signed then. Never rejects. */
  async retry(): Promise<void> {
    await this.#signing;
    if (this.#trouble === undefined) return;
    this.#signing = this.#headOver(this.#edge).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Trouble) this.#trouble = error.message;
        else this.stop(error instanceof Error ? error.message : String(error));
      },
    );
    await this.#signing;
    this.#signing = this.#unsigned.length > 0 ? this.#sign() : undefined;
  }
}

/** The entries cut where a bundle ends, the last part with the root over all of them. */
function segmentsOf(size: number, entries: readonly Uint8Array[], edge: Edge): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < entries.length;) {
    const first = size + at;
    const end = Math.min(entries.length, at + TILE_WIDTH - (first % TILE_WIDTH));
    const root = end === entries.length ? edge.root() : null;
    segments.push({ first, count: end - at, entries: encodeBundle(entries.slice(at, end)), root });
    at = end;
  }
  return segments;
}
