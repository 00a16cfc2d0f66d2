import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A file system of a few megabytes, in a mount namespace that lives as long as a process which waits for its input to
 * end: however this process ends, nothing stays mounted.
 */
export class SmallDisk {
  readonly #holder: ChildProcess;
  /** The process in whose namespace it is mounted. */
  readonly pid: number;
  /** Where it is for processes within. */
  readonly within = '/mnt';
  /** Where it is for everybody else. */
  readonly path: string;

  private constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder;
    this.pid = pid;
    this.path = `/proc/${pid}/root${this.within}`;
  }

  /** Undefined where this process may not mount. */
  static async mount(megabytes: number): Promise<SmallDisk | undefined> {
    const mounting = `mount -t tmpfs -o size=${megabytes}m tmpfs /mnt && echo mounted && exec cat`;
    const holder = spawn('unshare', ['--mount', 'sh', '-c', mounting], { stdio: ['pipe', 'pipe', 'ignore'] });
    const mounted = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(
        () => false,
        () => false, // there is no unshare
      ),
    ]);
    return mounted && holder.pid !== undefined ? new SmallDisk(holder, holder.pid) : undefined;
  }

  async unmount(): Promise<void> {
    this.#holder.stdin?.end();
    await once(this.#holder, 'exit');
  }
}
