import { uptime } from 'node:os';

/**
 * Log time: it never goes back, equal milliseconds are fine; a step back under 2 s is waited out; more, or a large jump
 * forward, stops writing with a sentence. A step is a difference between the wall clock and the time that went by, so
 * it is found however long nothing was written. A machine that slept moved both: that is no step.
 */
export interface ClockSources {
  /** ms since 1970; may be set by anybody. */
  wall(): number;
  /** ms since some moment; only ever grows, and stands still while the machine sleeps. Cheap and exact. */
  monotonic(): number;
  /** ms since the machine started, sleep included; to the second on some systems. */
  uptime(): number;
}

export const systemClocks: ClockSources = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  uptime: () => uptime() * 1000,
};

/** Waited out; also what a correction by NTP may be. */
const SMALL_STEP_MS = 2000;
/** No correction of a clock that was nearly right is larger. */
const LARGE_JUMP_MS = 10 * 60_000;
/** Uptime is coarse, so what it is ahead of the monotonic clock counts as sleep from here on. */
const MIN_SLEEP_MS = 2000;
/** How old the uptime may be for `now`, which is asked all the time, by the monotonic clock. */
const MAX_UPTIME_AGE_MS = 100;

/** What the clock lets the writer do now. `restart`: nothing but a restart ends it. */
export type ClockReading =
  | { readonly time: number }
  | { readonly wait: number }
  | { readonly stopped: string; readonly restart?: true };

const spell = (ms: number): string =>
  ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`;

interface Moment {
  wall: number;
  monotonic: number;
  uptime: number;
}

export class LogClock {
  readonly #clocks: ClockSources;
  /** Time of the newest entry. */
  #last: number;
  /** A moment at which the wall clock was believed. */
  #believed: Moment;
  /** When uptime was looked at last, and the sleep since `#believed` that it showed. */
  #looked: { monotonic: number; slept: number };

  constructor(clocks: ClockSources, last: number) {
    this.#clocks = clocks;
    this.#last = last;
    this.#believed = this.#moment();
    this.#looked = { monotonic: this.#believed.monotonic, slept: 0 };
  }

  #moment(): Moment {
    const clocks = this.#clocks;
    return { wall: clocks.wall(), monotonic: clocks.monotonic(), uptime: clocks.uptime() };
  }

  /** What the wall clock should say by the time that went by since it was believed. */
  #expected(stands: number): number {
    const monotonic = this.#clocks.monotonic();
    const awake = monotonic - this.#believed.monotonic;
    if (monotonic - this.#looked.monotonic >= stands) {
      const asleep = this.#clocks.uptime() - this.#believed.uptime - awake;
      this.#looked = { monotonic, slept: asleep >= MIN_SLEEP_MS ? asleep : 0 };
    }
    return this.#believed.wall + awake + this.#looked.slept;
  }

  /** For an entry to be written now. */
  read(): ClockReading {
    const wall = Math.floor(this.#clocks.wall());
    const step = wall - this.#expected(0);
    if (step > LARGE_JUMP_MS)
      return {
        stopped: `The server's clock jumped forward by ${spell(step)}, and the machine did not sleep that long. Nothing is written until the server is restarted, which takes the time as it then is.`,
        restart: true,
      };
    const back = Math.max(-step, this.#last - wall);
    if (back >= SMALL_STEP_MS)
      return {
        stopped: `The server's clock went back by ${spell(back)}. Nothing is written until it is set right or has caught up.`,
      };
    if (wall < this.#last) return { wait: this.#last - wall };
    this.#believed = { ...this.#moment(), wall };
    this.#looked = { monotonic: this.#believed.monotonic, slept: 0 };
    return { time: wall };
  }

  /** Remembers the time of an entry that was committed. */
  wrote(time: number): void {
    this.#last = Math.max(this.#last, time);
  }

  /** For reading: what has expired. Elapsed time counts even when the wall clock was set back (case 28, T34). */
  now(): number {
    return Math.max(this.#last, Math.floor(Math.max(this.#clocks.wall(), this.#expected(MAX_UPTIME_AGE_MS))));
  }
}
