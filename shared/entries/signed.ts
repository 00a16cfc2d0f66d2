import { z } from 'zod';
import { b64u, commitment, consoleId, hash, id, level, time } from '#shared/domain/statements.ts';

/**
 * What a browser's own key signs (Ed25519). Each kind has its own prefix, so that no signature made for one purpose
 * can be shown for another. The signed bytes are prefix ‖ canonical JSON.
 */
export const prefixes = {
  statement: 'countersign/statement/v1\n',
  detail: 'countersign/detail/v1\n',
  claim: 'countersign/claim/v1\n',
  proof: 'countersign/proof/v1\n',
  ask: 'countersign/ask/v1\n',
  withdrawal: 'countersign/withdrawal/v1\n',
  end: 'countersign/end/v1\n',
  batch: 'countersign/batch/v1\n',
  lease: 'countersign/lease/v1\n',
  consoles: 'countersign/consoles/v1\n',
  rotation: 'countersign/rotation/v1\n',
} as const;

const optionalCommitment = z.union([commitment, z.literal('')]);

/** A request as the engineer's browser asks it, without a touch. `extends` is the grant that should get more time. */
export const ask = z.strictObject({
  type: z.literal('ask'),
  log: z.string().max(200),
  browser: id,
  console: consoleId,
  level,
  /** Asked duration in seconds. */
  seconds: z.int().positive(),
  justification: commitment,
  ticket: optionalCommitment,
  /** The address first asked for, redacted in the browser. */
  address: optionalCommitment,
  extends: z.union([id, z.literal('')]),
  at: time,
  nonce: b64u(16),
});
export type Ask = z.infer<typeof ask>;

export const withdrawal = z.strictObject({
  type: z.literal('withdrawal'),
  log: z.string().max(200),
  browser: id,
  request: id,
  at: time,
});

/** "I am done." `number` is the browser's last batch, so that a session's end commits how much there is. */
export const end = z.strictObject({
  type: z.literal('end'),
  log: z.string().max(200),
  browser: id,
  grant: id,
  number: z.int().min(-1),
  at: time,
});

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

/** The server's short-lived word that a grant still stands, signed by the lease key that the log announces. */
export const lease = z.strictObject({
  type: z.literal('lease'),
  log: z.string().max(200),
  browserKey: b64u(32),
  grant: id,
  session: id,
  console: consoleId,
  level,
  /** The nonce that the browser sent with its heartbeat. */
  nonce: b64u(16),
  /** Server time now, when this lease dies without renewal, and when the grant ends whatever happens; in ms. */
  issued: time,
  dies: time,
  until: time,
});
export type Lease = z.infer<typeof lease>;

export const consoleInfo = z.strictObject({
  id: consoleId,
  name: z.string().min(1).max(80),
  hosts: z.array(z.string()).min(1),
  start: z.string().max(2000),
  mode: z.enum(['closed', 'read-only', 'watch']),
  pack: z.string().max(40),
  reads: z.array(z.string()),
  /** Hosts of other sites, and all below them, whose pages may send what changes something. */
  alsoFrom: z.array(z.string()).default([]),
  record: z.enum(['actions', 'requests', 'times']),
  unreachable: z.enum(['close', 'keep']),
});
export type ConsoleInfo = z.infer<typeof consoleInfo>;

/** The console list, signed by the lease key and numbered by the log index of the policy it comes from. */
export const consoleList = z.strictObject({
  type: z.literal('consoles'),
  log: z.string().max(200),
  number: z.int().nonnegative(),
  consoles: z.array(consoleInfo),
});
export type ConsoleList = z.infer<typeof consoleList>;

/** Canonical text and signature (Ed25519, base64url) of one of the above. */
export const signedText = z.strictObject({ text: z.string().max(60_000), signature: b64u(64) });
export type SignedText = z.infer<typeof signedText>;
/** The console list with its signature: no entry, and as long as the longest policy makes it, about 40,000 bytes and 200 for each console. */
export const signedList = signedText.extend({ text: z.string().max(400_000) });
