import type { Envelope } from '#shared/log/codec.ts';
import type { EntryAt } from './draft.ts';

export type EntryListener<E extends Envelope> = (entries: readonly EntryAt<E>[]) => void;

/** Who hears of entries. What one of them throws is reported, and the others hear all the same. */
export class Listeners<E extends Envelope> {
  readonly #all = new Set<EntryListener<E>>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Returns how to stop. */
  add(listener: EntryListener<E>): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(entries: readonly EntryAt<E>[]): void {
    for (const listener of this.#all)
      try {
        listener(entries);
      } catch (error) {
        this.#report(error);
      }
  }
}
