import type { FoldedState } from '#shared/domain/state.ts';
import type { Keys } from './keys.ts';
import type { Facts } from '#shared/domain/judging.ts';
import type { Signatures } from './signatures.ts';

/** What was checked, in numbers and indexes, for the sentences at the end. */
export interface Tally {
  touches: number;
  registrations: number;
  /** Asks, withdrawals and ends that a browser signed. */
  browserSigned: number;
  batches: number;
  asked: number;
  decided: number;
  selfApproved: number;
  /** Entries that close something and carry no touch of whoever is said to have done it. */
  unsignedEnds: number[];
  /** Entries that suspend a browser which signed two histories. */
  suspensions: number[];
  hostResets: { entry: number; handle: string }[];
  /** Entries with actions after their session's end, or where the mode forbade them. */
  violations: { entry: number; count: number }[];
  /** What browsers said at a session's end was the last batch they had recorded. */
  ends: { entry: number; browser: string; number: number }[];
  /** Entries with a batch before which others of its browser are not disclosed. */
  gaps: { entry: number; browser: string; missing: number }[];
  /** Entries that suspend a browser by a batch whose like is not disclosed. */
  suspendedUnseen: number[];
  /** Entries that took rights away, where what had to end with them is not disclosed. */
  endsUnseen: number[];
  /** Every log key there was, the newest last. */
  logKeys: string[];
  /** Entries by which the log went on without what was lost, how many that were, and whether their head is signed by a key that it names. */
  recoveries: { entry: number; lost: number; known: boolean }[];
}

export const emptyTally = (): Tally => ({
  touches: 0,
  registrations: 0,
  browserSigned: 0,
  batches: 0,
  asked: 0,
  decided: 0,
  selfApproved: 0,
  unsignedEnds: [],
  suspensions: [],
  hostResets: [],
  violations: [],
  ends: [],
  gaps: [],
  suspendedUnseen: [],
  endsUnseen: [],
  logKeys: [],
  recoveries: [],
});

/** What a verifier has besides the facts: the means to check signatures, and what it found so far. */
export interface Context extends Facts {
  readonly state: FoldedState;
  readonly keys: Keys;
  readonly signatures: Signatures;
  readonly tally: Tally;
  /** Where the batches of each browser are: entry by number. */
  readonly batches: Map<string, number[]>;
  /** The root over the first `size` entries, base64url; undefined where the hashes for it are not there. */
  rootAt: (size: number) => Promise<string | undefined>;
}
