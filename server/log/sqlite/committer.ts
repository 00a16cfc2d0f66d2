import { Worker } from 'node:worker_threads';
import { CommitError, type GroupRows } from '../store.ts';

/** What the committing thread is asked, and what it tells. Answers to `commit` and `probe` come in order, as `commit` or `fail`; so do those to `index`. */
export type Asked =
  | { readonly do: 'commit'; readonly rows: GroupRows }
  | { readonly do: 'probe' }
  | { readonly do: 'resume' }
  | { readonly do: 'index'; readonly pairs: Float64Array; readonly size: number }
  | { readonly do: 'close' };
export type Told =
  | { readonly did: 'commit' }
  | { readonly did: 'fail'; readonly message: string; readonly errcode: number }
  /** `size` is 0 where indexing failed. */
  | { readonly did: 'index'; readonly size: number };

/**
 * SQLITE_READONLY, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_NOTADB. After an fsync that failed the kernel may take its
 * pages for clean: what is read back then proves nothing about the disk. A constraint says that the database holds
 * other rows than this process wrote. A file that could be opened only for reading, or was moved, stays so until it is
 * opened again.
 */
const fatalCodes = new Set([8, 10, 11, 19, 26]);

/** What SQLite said, its sentence and its result code, as a commit that failed. */
export const commitErrorOf = ({ message, errcode = 0 }: { message: string; errcode?: number }): CommitError =>
  new CommitError(message, fatalCodes.has(errcode & 0xff));

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: CommitError) => void;
}

/** The main thread's end of the thread that commits. */
export class Committer {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #closed: Promise<void>;
  #indexed: ((size: number) => void) | undefined;
  #ended: string | undefined;

  constructor(path: string) {
    this.#worker = new Worker(new URL('commit.worker.ts', import.meta.url), { workerData: path });
    this.#worker.on('message', (told: Told) => this.#hear(told));
    this.#worker.on('error', (error) => this.#end(`the thread that commits failed: ${error.message}`));
    this.#closed = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end('the thread that commits has ended');
        resolve();
      });
    });
  }

  /** Resolves when the rows are on the disk. Rejects with CommitError; then nothing of them is there. */
  commit(rows: GroupRows): Promise<void> {
    return this.#await({ do: 'commit', rows }, buffersOf(rows));
  }

  /** Resolves when something was written to the disk that changes nothing. Rejects with CommitError. */
  probe(): Promise<void> {
    return this.#await({ do: 'probe' });
  }

  /** After a failure: everything that was handed in before is answered and dropped, go on. */
  resume(): void {
    this.#ask({ do: 'resume' });
  }

  /** Brings the index up to `size`. Returns the size that it has then; 0 where that failed. One at a time. */
  index(pairs: Float64Array, size: number): Promise<number> {
    return new Promise((resolve) => {
      if (this.#ended !== undefined) {
        resolve(0);
        return;
      }
      this.#indexed = resolve;
      this.#ask({ do: 'index', pairs, size }, [pairs.buffer as ArrayBuffer]);
    });
  }

  /** Finishes what was handed in, closes the database, ends the thread. */
  async close(): Promise<void> {
    this.#ask({ do: 'close' });
    await this.#closed;
  }

  #await(message: Asked, transfer: ArrayBuffer[] = []): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(new CommitError(this.#ended, true));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#ask(message, transfer);
    });
  }

  #ask(message: Asked, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #hear(told: Told): void {
    if (told.did === 'index') {
      const answer = this.#indexed;
      this.#indexed = undefined;
      answer?.(told.size);
      return;
    }
    const waiting = this.#waiting.shift();
    if (told.did === 'commit') waiting?.resolve();
    else waiting?.reject(commitErrorOf(told));
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const { reject } of this.#waiting.splice(0)) reject(new CommitError(why, true));
    this.#indexed?.(0);
    this.#indexed = undefined;
  }
}

/** The bytes of segments were made for this message alone: they are handed over and not copied. */
const buffersOf = ({ segments }: GroupRows): ArrayBuffer[] =>
  segments.map(({ entries }) => entries.buffer as ArrayBuffer);
