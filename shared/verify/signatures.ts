import { CannotJudge, Fault } from './types.ts';

/** Signatures under way at once: enough for every core, few enough to keep memory small. */
const MOST = 64;

interface Pending {
  readonly index: number;
  readonly outcome: Promise<true | string | CannotJudge>;
}

/**
 * Signatures that are being checked while the entries after them are read, for checking them is most of the work. What
 * fails is told in the order of entries, and within one entry in the order in which it was asked.
 */
export class Signatures {
  #pending: Pending[] = [];
  /** The entry that is being judged. */
  index = 0;

  /** Asks for a check to hold; where it is false, the entry that is being judged fails for this reason. */
  mustHold(check: Promise<boolean | void>, reason: string): void {
    const outcome = check.then(
      (holds) => (holds === false ? reason : (true as const)),
      (error: unknown) => {
        if (error instanceof CannotJudge) return error;
        return error instanceof Error ? error.message : reason;
      },
    );
    this.#pending.push({ index: this.index, outcome });
  }

  get isFull(): boolean {
    return this.#pending.length >= MOST;
  }

  /** Waits for what is under way. Throws Fault for the first that does not hold. */
  async settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const { index, outcome } of pending) {
      const found = await outcome;
      if (found instanceof CannotJudge)
        throw new Fault(
          'unknown',
          `Entry ${index} cannot be judged, nor what follows: ${found.message}.`,
          index,
        );
      if (found !== true) throw new Fault('failed', `Entry ${index} does not hold: ${found}.`, index);
    }
  }
}
