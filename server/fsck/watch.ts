import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Finding } from '#shared/log/tiles/types.ts';
import type { Log } from '../log/index.ts';
import { StoreCheck } from './store.ts';

const CHECK_INTERVAL_MS = 5 * 60_000;
/** Up to this many entries the check takes less time than a thread to start. */
const MAX_ENTRIES_WITHOUT_THREAD = 1000;
/** How long a start waits for the check, in ms. A longer one goes on beside the server. */
const MAX_START_WAIT_MS = 10_000;

/** What a server must not decide on: rows and hashes that are not what the log says. Details and the index are not. */
const decisive = new Set<Finding['part']>(['database', 'segment', 'entry', 'tile', 'root', 'state']);

const repair = (part: Finding['part']): string =>
  part === 'state'
    ? 'Somebody changed the database outside the log. Nothing is allowed until the server is stopped and `countersign log refold` has rebuilt its rows from the log.'
    : 'Nothing is allowed, so that nothing is signed on top of it. Run `countersign log fsck` on the data folder, and restore the newest backup of it.';

/**
 * Holds the database against the log when the server starts and every few minutes (case 63): rows of state that the
 * log does not explain are an alarm and stop writing, because nothing may be decided on them. An entry that does not
 * hold is an alarm that stands and stops nothing: it can no longer be unwritten.
 */
export class Watch {
  readonly #log: Log;
  readonly #path: string;
  readonly #logger: Logger;
  #check: StoreCheck | undefined;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  private constructor(log: Log, path: string, logger: Logger) {
    this.#log = log;
    this.#path = path;
    this.#logger = logger;
  }

  /** Returns when the first check has ended, or has taken too long to wait for. */
  static async start(log: Log, path: string, logger: Logger): Promise<Watch> {
    const watch = new Watch(log, path, logger);
    if (log.size > 0) {
      const enough = new Promise<void>((resolve) => setTimeout(resolve, MAX_START_WAIT_MS).unref());
      await Promise.race([watch.now(), enough]);
    }
    watch.#timer = setInterval(() => void watch.now(), CHECK_INTERVAL_MS).unref();
    return watch;
  }

  /** Checks now, or waits for the check that is running. */
  now(): Promise<void> {
    this.#running ??= this.#once().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#worker?.terminate();
  }

  async #once(): Promise<void> {
    try {
      for (const finding of await this.#findings()) this.#alarm(finding);
    } catch (err) {
      if (!this.#isClosed) this.#logger.error({ err }, 'the database could not be checked');
    }
  }

  #findings(): Promise<Finding[]> {
    if (!this.#worker && this.#log.size <= MAX_ENTRIES_WITHOUT_THREAD)
      return (this.#check ??= new StoreCheck(this.#path)).run();
    this.#check = undefined;
    const worker = (this.#worker ??= this.#thread());
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the thread that checks has ended'));
      worker.once('error', reject).once('exit', ended);
      worker.once('message', (findings: Finding[]) => {
        worker.off('error', reject).off('exit', ended);
        resolve(findings);
      });
      worker.postMessage('check', []);
    });
  }

  #thread(): Worker {
    const worker = new Worker(new URL('store.worker.ts', import.meta.url), { workerData: this.#path });
    worker.unref();
    worker.once('exit', () => (this.#worker = undefined));
    return worker;
  }

  #alarm({ part, sentence, index }: Finding): void {
    if (part === 'rule') {
      this.#logger.error({ alarm: 'does-not-hold', index }, sentence);
      this.#log.doubt(index ?? 0, sentence);
      return;
    }
    this.#logger.error({ alarm: 'not-what-the-log-says', part, index }, sentence);
    if (decisive.has(part)) this.#log.stop(`${sentence} ${repair(part)}`);
  }
}
