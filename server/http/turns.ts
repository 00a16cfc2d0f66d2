import { SLICE_MS } from '../slices.ts';
import { tooMany } from './limits.ts';

/** What one caller may have waiting besides what runs. */
const MAX_WAITING = 4;

/**
 * Work that takes long, such as a search: of each caller one at a time, and in slices, one in each round of the event
 * loop whoever it is for. So nobody waits for more than a slice, and one caller does not starve another. Whoever asks
 * for more than a few at once is told to come again.
 */
export class Turns {
  readonly #lines = new Map<string, { last: Promise<unknown>; length: number }>();
  /** Work that waits for its next slice. */
  readonly #resting: (() => void)[] = [];

  /** Runs `work` when this caller's turn comes. It awaits `rest` as often as it can. Throws `too_many`. */
  async take<T>(caller: string, work: (rest: () => Promise<void>) => Promise<T>): Promise<T> {
    const line = this.#lines.get(caller) ?? { last: Promise.resolve(), length: 0 };
    if (line.length > MAX_WAITING) throw tooMany(2000, 'Your earlier searches are still running.');
    this.#lines.set(caller, line);
    line.length += 1;
    const turn = this.#after(line.last, work);
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(caller);
    }
  }

  async #after<T>(before: Promise<unknown>, work: (rest: () => Promise<void>) => Promise<T>): Promise<T> {
    await before;
    await this.#nextSlice();
    let since = performance.now();
    return await work(async () => {
      if (performance.now() - since < SLICE_MS) return;
      await this.#nextSlice();
      since = performance.now();
    });
  }

  #nextSlice(): Promise<void> {
    return new Promise((resolve) => {
      this.#resting.push(resolve);
      if (this.#resting.length === 1) this.#round();
    });
  }

  #round(): void {
    setImmediate(() => {
      const next = this.#resting.shift();
      if (this.#resting.length > 0) this.#round();
      next?.();
    });
  }
}
