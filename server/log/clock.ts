/**
 * Log time (design, section 3): it never goes back, equal milliseconds are fine; a step back under 2 s is waited out;
 * more, or a large jump forward, stops writing with a sentence. A step is a difference between the wall clock and
 * the monotonic one, so it is found however long nothing was written.
 */
export interface Clocks {
  /** ms since 1970; may be set by anybody. */
  wall(): number;
  /** ms since some moment; only ever grows. */
  monotonic(): number;
}

export const systemClocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Waited out; also what a correction by NTP may be. */
const SMALL_STEP = 2000;
/** No correction of a clock that was nearly right is larger; a machine that slept while its monotonic clock stood still may be. */
const LARGE_JUMP = 10 * 60_000;

/** What the clock lets the writer do now. */
export type Reading = { readonly time: number } | { readonly wait: number } | { readonly stopped: string };

const spell = (ms: number): string =>
  ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`;

export class LogClock {
  readonly #clocks: Clocks;
  /** Time of the newest entry. */
  #last: number;
  /** A moment on both clocks at which the wall clock was believed. */
  #believed: { wall: number; monotonic: number };

  constructor(clocks: Clocks, last: number) {
    this.#clocks = clocks;
    this.#last = last;
    this.#believed = { wall: clocks.wall(), monotonic: clocks.monotonic() };
  }

  #expected(): number {
    return this.#believed.wall + (this.#clocks.monotonic() - this.#believed.monotonic);
  }

  /** For an entry to be written now. */
  read(): Reading {
    const wall = Math.floor(this.#clocks.wall());
    const step = wall - this.#expected();
    if (step > LARGE_JUMP)
      return {
        stopped: `The server's clock jumped forward by ${spell(step)}. Nothing is written until it is set right; if it is right now, restart the server.`,
      };
    const back = Math.max(-step, this.#last - wall);
    if (back >= SMALL_STEP)
      return {
        stopped: `The server's clock went back by ${spell(back)}. Nothing is written until it is set right or has caught up.`,
      };
    if (wall < this.#last) return { wait: this.#last - wall };
    this.#believed = { wall, monotonic: this.#clocks.monotonic() };
    return { time: wall };
  }

  /** Remembers the time of an entry that was committed. */
  wrote(time: number): void {
    this.#last = Math.max(this.#last, time);
  }

  /** For reading: what has expired. Elapsed time counts even when the wall clock was set back (case 28, T34). */
  now(): number {
    return Math.max(this.#last, Math.floor(Math.max(this.#clocks.wall(), this.#expected())));
  }
}
