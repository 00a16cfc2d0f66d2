import type { ClockSources } from '../log/clock.ts';

/** Clocks of a server under test: real time, moved by hand. */
export class TestClock implements ClockSources {
  #elapsed = 0;
  #set = 0;
  #slept = 0;

  wall(): number {
    return Date.now() + this.#elapsed + this.#slept + this.#set;
  }
  monotonic(): number {
    return performance.now() + this.#elapsed;
  }
  uptime(): number {
    return performance.now() + this.#elapsed + this.#slept;
  }
  /** Time goes by: all clocks move on. */
  pass(ms: number): void {
    this.#elapsed += ms;
  }
  /** The machine sleeps: its monotonic clock stands still. */
  sleep(ms: number): void {
    this.#slept += ms;
  }
  /** Somebody sets the wall clock, by `ms` forward or back. */
  set(ms: number): void {
    this.#set += ms;
  }
}
