import { z } from 'zod';
import { commitment, consoleId, hash, id, time } from '#shared/domain/primitives.ts';

export const batchOf = ({ text }: { text: string }): Batch => JSON.parse(text) as Batch;

export const actionKind = z.enum([
  'opened', // a page of the console was opened
  'navigated', // the page changed its address by itself
  'clicked',
  'entered', // a field was changed; never its value
  'submitted',
  'requested', // a request that changes something left the page
  'command', // a terminal line
  'downloaded',
  'did', // a console pack's verb and object: the meaning of one of the above
  'noted', // the recorder speaks of itself: started, gap, tampering
]);

export type ActionKind = z.infer<typeof actionKind>;

/** One thing done in a console. Words, names and addresses are in the detail (`ActionDetail`) behind the commitment. */
export const action = z.strictObject({
  id,
  at: time,
  kind: actionKind,
  console: consoleId,
  /** The running session it was done in; empty without a grant. */
  session: z.union([id, z.literal('')]),
  /** False for events made by script: never a person's act. */
  trusted: z.boolean(),
  detail: commitment,
});

export type Action = z.infer<typeof action>;

/** The detail behind an action: canonical JSON of this object. `words` is what people read. */
export const actionDetail = z.strictObject({
  words: z.string().min(1).max(2000),
  /** Redacted address of the page. */
  page: z.string().max(2000).optional(),
  title: z.string().max(500).optional(),
  /** Role and accessible name of the element. */
  target: z.string().max(500).optional(),
  /** Method, redacted address and status of a request. */
  request: z.string().max(2000).optional(),
});

export type ActionDetail = z.infer<typeof actionDetail>;

/** Batch n of a browser's actions, chained to n-1. `previous` is SHA-256 of the previous batch's signed bytes, or empty for number 0. */
export const batch = z.strictObject({
  type: z.literal('batch'),
  log: z.string().max(200),
  browser: id,
  number: z.int().nonnegative(),
  previous: z.union([hash, z.literal('')]),
  actions: z.array(action).min(1).max(100),
});

export type Batch = z.infer<typeof batch>;
