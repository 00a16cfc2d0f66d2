import { Contradiction } from '#shared/domain/judging.ts';

/** Signatures under way at once: enough for every core, few enough to keep memory small. */
const MOST = 64;

/** A signature that does not hold, or cannot be checked here; `index` is the entry that it is in. */
export interface Unsigned {
  readonly index: number;
  readonly error: Error;
}

/**
 * Signatures that are being checked while the entries after them are read, for checking them is most of the work. What
 * fails is told in the order of entries, and within one entry in the order in which it was asked.
 */
export class Signatures {
  #pending: { readonly index: number; readonly outcome: Promise<Error | undefined> }[] = [];
  /** The entry that is being judged. */
  index = 0;

  /** Asks for a check to hold; where it is false, the entry that is being judged fails for this reason. */
  mustHold(check: Promise<boolean | void>, reason: string): void {
    const outcome = check.then(
      (holds) => (holds === false ? new Contradiction(reason) : undefined),
      (error: unknown) => (error instanceof Error ? error : new Contradiction(reason)),
    );
    this.#pending.push({ index: this.index, outcome });
  }

  get isFull(): boolean {
    return this.#pending.length >= MOST;
  }

  /** Waits for what is under way. Returns what does not hold. */
  async settle(): Promise<Unsigned[]> {
    const pending = this.#pending;
    this.#pending = [];
    const failed: Unsigned[] = [];
    for (const { index, outcome } of pending) {
      const error = await outcome;
      if (error) failed.push({ index, error });
    }
    return failed;
  }
}
