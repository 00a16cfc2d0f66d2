import type { Touch } from './primitives.ts';
import type { StatementOf, StatementType } from './statements.ts';

/** Stands where a statement says something that no entry repeats. */
export const anything = Symbol('anything');

type Common = 'type' | 'log' | 'nonce' | 'expires' | 'head' | 'credential';

/** Every field of its own that a statement has, so that none goes uncompared. */
export type Fields<T extends StatementType> = {
  [K in Exclude<keyof StatementOf<T>, Common>]: StatementOf<T>[K] | typeof anything;
};

/** A touch in an entry, and what its statement must say for the entry to follow from it. */
export interface ExpectedTouch {
  readonly touch: Touch;
  readonly type: StatementType;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The key that this very entry enrols and that signs for itself; else it is one enrolled before. */
  readonly newKey?: { readonly id: string; readonly publicKey: string };
  /** How long after its statement expired the entry may be written, in ms; where it waits for somebody else's touch. */
  readonly waits?: number;
}

export const expected = <T extends StatementType>(
  type: T,
  touch: Touch,
  fields: Fields<T>,
  newKey?: ExpectedTouch['newKey'],
): ExpectedTouch => ({ touch, type, fields, ...(newKey ? { newKey } : {}) });

export const noTouches = (): ExpectedTouch[] => [];
