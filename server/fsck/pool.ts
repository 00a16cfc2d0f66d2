import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type PoolJob, type ResultOf, work } from './jobs.ts';

/** Below this many entries starting threads takes longer than the work. */
const MIN_ENTRIES_FOR_THREADS = 20_000;

export type PoolAnswer = { readonly id: number } & (
  | { readonly result: ResultOf<PoolJob> }
  | { readonly failed: string }
);

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that read and hash. `close` ends them. */
export class Pool {
  readonly threads: number;
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** One thread per core, this one not among them: it has little to do. None for a small log. */
  constructor(size: number) {
    this.threads = size < MIN_ENTRIES_FOR_THREADS ? 0 : Math.min(8, availableParallelism());
    for (let i = 0; i < this.threads; i += 1) {
      const worker = new Worker(new URL('pool.worker.ts', import.meta.url));
      worker.on('message', (told: PoolAnswer) => this.#hear(told));
      worker.on('error', (error) => this.#fail(error));
      this.#workers.push(worker);
    }
  }

  run<J extends PoolJob>(job: J): Promise<ResultOf<J>> {
    const worker = this.#workers[this.#next % Math.max(1, this.threads)];
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!worker) {
        resolve(work(job));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, job }, []);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #hear(told: PoolAnswer): void {
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if ('failed' in told) waiting?.reject(new Error(told.failed));
    else waiting?.resolve(told.result as never);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
