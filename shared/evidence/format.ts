import { z } from 'zod';
import { b64u } from '#shared/log/form.ts';
import { commitment, hash, id, time } from '#shared/domain/primitives.ts';
import { cut } from '#shared/domain/exports/entries.ts';
import { TILE_WIDTH, tilePath } from '#shared/log/merkle/tiles.ts';

/**
 * The evidence bundle: one ZIP file with a log, or a part that was cut out of one, and all that it takes to check it.
 * `docs/log-format.md` describes it for whoever writes another verifier.
 */
export const evidenceFormat = 'countersign/evidence/1';

/** `manifest.json`: what the bundle says of itself. All of it is checked, or said to be whose word it is. */
export const manifest = z.strictObject({
  format: z.literal(evidenceFormat),
  /** First line of the checkpoint. */
  log: z.string().min(1).max(200),
  genesis: hash,
  cut,
  /** Entries under the checkpoint, and how many of them are here. */
  size: z.int().positive(),
  disclosed: z.int().positive(),
  made: time,
  /** Id of the person who took it from the companion, or `host`. */
  by: z.union([id, z.literal('host')]),
});
export type Manifest = z.infer<typeof manifest>;

/** A line of `details/…`: the text behind a commitment in an entry, with its salt. */
export const detailLine = z.strictObject({
  entry: z.int().nonnegative(),
  commitment,
  salt: b64u(32),
  text: z.string(),
});
export type DetailLine = z.infer<typeof detailLine>;

/** Folded rows that a bundle may claim: those that follow from entries that are all here. */
export const claimed = ['request', 'grant', 'session'] as const;

/** A line of `states/…`: a row of folded state that the entries here lead to. */
export const stateLine = z.strictObject({
  kind: z.enum(claimed),
  id,
  row: z.record(z.string(), z.unknown()),
});
export type StateLine = z.infer<typeof stateLine>;

/** Rows of state in one file. */
export const STATES_A_FILE = 1000;

/** `000`, `x001/234`: a number as tiles spell it (C2SP tlog-tiles). */
const numbered = (n: number): string => tilePath({ level: 0, n, width: TILE_WIDTH }).slice('tile/0/'.length);

/** The files of a bundle by name, besides its tiles, which are named as in C2SP tlog-tiles. */
export const names = {
  readme: 'README.txt',
  verifier: 'verify.html',
  manifest: 'manifest.json',
  checkpoint: 'checkpoint',
  /** The entries from 256·n on that are here. */
  entries: (n: number) => `entries/${numbered(n)}.txt`,
  details: (n: number) => `details/${numbered(n)}.jsonl`,
  states: (n: number) => `states/${numbered(n)}.jsonl`,
  /** Checkpoints that witnesses cosigned, one a file, counted from 0. */
  cosigned: (n: number) => `cosigned/${numbered(n)}`,
} as const;
