import type { Generated, Kysely } from 'kysely';

declare module '../context.ts' {
  interface Services {
    /** Reads of what is not folded state: details, the actions index. */
    db: Kysely<Database>;
  }
}

/** The tables of `countersign.db` as statements see them. Times are ms since 1970; blobs are plain bytes. */
export interface Database {
  /**
   * The log. Insert-only: the database itself refuses UPDATE, DELETE and gaps. A row is what one group added to one
   * bundle: `count` entries from index `first` on, as a bundle holds them; `root` where the group ends.
   */
  segments: { first: number; count: number; entries: Uint8Array; root: Uint8Array | null };
  /** Full hash tiles, 256 hashes of 32 bytes. Insert-only. Partial ones follow from the entries after them. */
  tiles: { level: number; n: number; hashes: Uint8Array };

  /** Folded state: what the entries say, kept so that a start need not fold them all again. `row` is JSON. */
  state: { kind: string; id: string; row: string };

  // Outside the fold:
  /** What the commitments in entries stand for. Salt and detail are erased together. `entry` is the log index. */
  details: { commitment: Uint8Array; salt: Uint8Array; detail: string; entry: number };
  sign_ins: {
    token_hash: Uint8Array;
    person: string;
    credential: string;
    agent: string;
    address: string;
    created: number;
    expires: number;
    last_seen: number;
  };
  /** The highest use counter that each key reported, and when one came that only a copy of the key can have sent. */
  key_counters: { credential: string; counter: number; copied: number | null };
  /** When people and browsers were last there, by their ids. */
  last_seen: { who: string; at: number };
  /** The newest cosignature of each witness. `time` in seconds, `note` the checkpoint that it is over. */
  cosignatures: {
    witness: string;
    kind: 'browser' | 'outside';
    size: number;
    time: number;
    note: string;
    line: string;
  };
  /** Two signed checkpoints of this log that do not follow one another, as a browser showed them. */
  forks: { id: Generated<number>; browser: string; time: number; held: string; shown: string };
  /** Other logs that this server witnesses, as far as it cosigned them. */
  witnessed: { origin: string; size: number; root: Uint8Array; time: number };
  /** Where to find entries by what they are about (`log/index-keys.ts`): follows the log within a second. */
  places: { key: number; entry: number };
  /** One row: the entries below `size` are in `places`. */
  indexed: { one: number; size: number };

  /** Kysely's own record of what was migrated. */
  kysely_migration: { name: string; timestamp: Generated<string> };
}

/** Tables whose rows nobody changes. */
export const insertOnly = ['segments', 'tiles'] as const;
