import type { Generated } from 'kysely';

/** The tables of `countersign.db` as reads see them. Times are ms since 1970; blobs are plain bytes. */
export interface Database {
  /** The log. Insert-only: the database itself refuses UPDATE, DELETE and gaps. `bytes` is what was hashed. */
  entries: { index: number; bytes: Uint8Array };
  /** Full hash tiles, 256 hashes of 32 bytes. Insert-only. Partial ones follow from the entries after them. */
  tiles: { level: number; n: number; hashes: Uint8Array };
  /** The size and root after each group, committed with it. Insert-only. */
  heads: { size: number; root: Uint8Array };

  /** Folded state: what the entries say, kept so that a start need not fold them all again. `row` is JSON. */
  state: { kind: string; id: string; row: string };

  // Outside the fold:
  /** What the commitments in entries stand for. Salt and detail are erased together. `entry` is the log index. */
  details: { commitment: Uint8Array; salt: Uint8Array; detail: string; entry: number };
  sign_ins: {
    token_hash: Uint8Array;
    person: string;
    credential: string;
    created: number;
    expires: number;
    last_seen: number;
  };
  /** The last use counter that each key reported. */
  key_counters: { credential: string; counter: number };
  /** Where to find actions: action `n` of the batch in `entry`. */
  actions: { entry: number; n: number; session: string; time: number; kind: string };
  /** Where to find a browser's batches: number and hash (base64url) of each, and its entry. */
  batches: { browser: string; number: number; hash: string; entry: number };

  /** Kysely's own record of what was migrated. */
  kysely_migration: { name: string; timestamp: Generated<string> };
}

/** Tables whose rows nobody changes. */
export const insertOnly = ['entries', 'tiles', 'heads'] as const;
