import { Refusal } from '#shared/errors.ts';
import type { LogClock } from './clock.ts';
import { CommitError } from './store.ts';
import { type Health, Trouble } from './types.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why the log cannot be written: for good, or until a commit, a signature or the clock is right again. */
export class WriterHealth {
  readonly #clock: LogClock;
  #stopped: string | undefined;
  readonly #trouble: { commit?: string | undefined; sign?: string | undefined } = {};

  constructor(clock: LogClock, stopped: string | undefined) {
    this.#clock = clock;
    this.#stopped = stopped;
  }

  get now(): Health {
    const clock = this.#clock.read();
    const reason = this.#stopped ?? this.#trouble.sign ?? this.#trouble.commit;
    if (reason !== undefined) return { ok: false, reason };
    if (!('stopped' in clock)) return { ok: true };
    return { ok: false, reason: clock.stopped, ...(clock.restart && { restart: true }) };
  }

  /** Why nothing is written until a restart. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** The first reason stays. */
  stop(why: string): void {
    this.#stopped ??= why;
  }

  /** Whether the last commit, or the last head, failed in a way that passes. */
  isIn(step: 'commit' | 'sign'): boolean {
    return this.#trouble[step] !== undefined;
  }

  passed(step: 'commit' | 'sign'): void {
    this.#trouble[step] = undefined;
  }

  failed(step: 'commit' | 'sign', error: unknown): void {
    const passes =
      step === 'sign' ? error instanceof Trouble : !(error instanceof CommitError && error.fatal);
    if (!passes)
      this.stop(
        `Writing stopped: ${messageOf(error)}. Nothing is allowed until the cause is found and the server restarted.`,
      );
    else if (step === 'sign') this.#trouble.sign = messageOf(error);
    else
      this.#trouble.commit = `The log could not be written: ${messageOf(error)}. Nothing is allowed until it can be; see whether the disk is full.`;
  }

  /** For whoever wanted to write. */
  refusal(): Refusal {
    const health = this.now;
    return new Refusal('log_unwritable', { cause: health.ok ? undefined : new Error(health.reason) });
  }
}
