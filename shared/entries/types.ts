import { z } from 'zod';
import { signedText } from '#shared/entries/signed.ts';
import { cut } from '#shared/evidence/cut.ts';
import {
  b64u,
  b64uUpTo,
  commitment,
  credentialId,
  erasedEntries,
  handle,
  hash,
  head,
  id,
  type Level,
  logOrigin,
  shortCode,
  role,
  roles,
  terms,
  time,
  touch,
  vkey,
} from '#shared/domain/statements.ts';

/**
 * The types of log entries, version 1. Every change of folded state is one of these; the fold over them is the state
 * (`fold.ts`). Inputs to policy decisions are kept with the decision, so that a verifier can decide again.
 */

/** A hardware key as it was enrolled. `publicKey` is the COSE key; `attestation` what the verdict says of it. */
export const enrolledKey = z.strictObject({
  id: credentialId,
  publicKey: b64uUpTo(2048),
  aaguid: z.string().max(36),
  transports: z.array(z.string().max(20)).max(8),
  kind: z.enum(['attested', 'unattested', 'synced']),
  label: z.string().min(1).max(80),
});
export const registration = z.strictObject({
  attestationObject: b64uUpTo(16_384),
  clientDataJSON: b64uUpTo(4096),
});

/** A person as policy saw them at the moment of a decision. */
export const personFacts = z.strictObject({ id, handle, roles: z.array(role) });
export type PersonFacts = z.infer<typeof personFacts>;

export const decides = z.union([z.literal('nobody'), z.array(z.string())]);
export type Decides = z.infer<typeof decides>;

/** Why and by what a grant ended. */
export const endedHow = z.enum([
  'ran-out',
  'handed-back',
  'revoked',
  'not-started',
  'disabled',
  'reset',
  'unpaired',
  'suspended',
  'released',
  'recovered',
  'no-longer-allowed',
]);
export type EndedHow = z.infer<typeof endedHow>;

/** What took a request away while it waited. */
export const lapsedHow = z.enum([
  'no-longer-allowed',
  'disabled',
  'reset',
  'unpaired',
  'suspended',
  'released',
  'recovered',
  'session-ended',
]);
export type LapsedHow = z.infer<typeof lapsedHow>;

/**
 * What takes two administrators. One proposes it with a touch over exactly this, another one's touch over the same does
 * it. `entries` are those whose details go; ascending.
 */
export const act = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('erasure'), entries: erasedEntries, reason: commitment }),
  z.strictObject({ type: z.literal('rotation'), logKey: vkey, leaseKey: b64u(32) }),
]);
export type Act = z.infer<typeof act>;

export const bodies = {
  /** Entry 0. Written when the first administrator enrols; its leaf hash is what `--genesis` pins. */
  genesis: z.strictObject({
    format: z.literal('countersign/1'),
    origin: z.string(),
    logKey: z.string(),
    leaseKey: b64u(32),
    rpId: z.string(),
    webOrigin: z.string(),
    extensionOrigins: z.array(z.string()),
    administrator: z.strictObject({ person: id, handle, key: enrolledKey, registration, touch }),
  }),
  'policy.loaded': z.strictObject({ hash, text: z.string() }),
  'person.invited': z.strictObject({
    person: id,
    handle,
    roles,
    invitation: hash,
    expires: time,
    by: id,
    touch,
  }),
  /** By an invitation (`invitation` set), or beside a key enrolled already (`addition` is that key's touch). */
  'key.enrolled': z.strictObject({
    person: id,
    key: enrolledKey,
    registration,
    touch,
    invitation: hash.optional(),
    addition: touch.optional(),
  }),
  'key.removed': z.strictObject({ person: id, key: credentialId, touch }),
  'person.roles-changed': z.strictObject({ person: id, roles, by: id, touch }),
  'person.disabled': z.strictObject({ person: id, reason: commitment, by: id, touch }),
  /** `by` is an administrator with a touch, or the command on the server's own host, which every later verdict names. */
  'person.reset': z.strictObject({
    person: id,
    invitation: hash,
    expires: time,
    by: z.union([id, z.literal('host')]),
    touch: touch.optional(),
  }),
  'browser.paired': z.strictObject({
    browser: id,
    person: id,
    publicKey: b64u(32),
    code: shortCode,
    label: z.string(),
    touch,
  }),
  /**
   * Unpaired by somebody, or suspended by what it sent: `evidence` is a batch that it signed and that cannot stand
   * beside those in the log, as a copied profile makes (another one under a used number, or a chain that forks).
   */
  'browser.ended': z.strictObject({
    browser: id,
    how: z.enum(['unpaired', 'suspended']),
    by: id.optional(),
    evidence: signedText.optional(),
  }),
  /**
   * An administrator let a browser go: it need not keep shut any more what this server shut there. Its pairing ends, if
   * it had not ended before.
   */
  'browser.released': z.strictObject({ browser: id, by: id, touch }),
  'request.asked': z.strictObject({
    request: id,
    hash,
    ask: signedText,
    person: personFacts,
    policy: hash,
    eligibility: z.string(),
    decides,
    expires: time,
  }),
  'request.withdrawn': z.strictObject({ request: id, withdrawal: signedText }),
  /** Nobody decided in time; or with `how`, what it rested on went before that. */
  'request.expired': z.strictObject({ request: id, how: lapsedHow.optional(), by: id.optional() }),
  /** An approval makes the grant; a denial carries the commitment to its reason. */
  'request.decided': z.strictObject({
    request: id,
    decision: z.enum(['approve', 'deny']),
    grant: id.optional(),
    terms: terms.optional(),
    reason: commitment.optional(),
    approver: personFacts,
    policy: hash,
    touch,
  }),
  /**
   * The engineer's touch that starts a grant in a browser. Where policy named nobody to decide it makes the grant as
   * well (`undecided`), or lengthens the one that the request extends (then `session` is the one running).
   */
  'session.started': z.strictObject({
    session: id,
    grant: id,
    request: id,
    undecided: z.boolean(),
    terms,
    touch,
  }),
  'grant.ended': z.strictObject({
    grant: id,
    how: endedHow,
    by: id.optional(),
    reason: commitment.optional(),
    end: signedText.optional(),
  }),
  /** A lower maximum of its console ends a running grant sooner. */
  'grant.shortened': z.strictObject({ grant: id, until: time }),
  /** Exactly the bytes that the browser signed. `violations` names actions that the mode forbade (`violations.ts`). */
  'actions.recorded': z.strictObject({
    browser: id,
    number: z.int().nonnegative(),
    batch: signedText,
    violations: z.array(z.int().nonnegative()).max(100),
  }),
  /** Somebody took evidence of others out of the companion; `size` is that of the checkpoint in it. */
  'evidence.exported': z.strictObject({ by: id, cut, size: z.int().positive() }),
  /**
   * The log goes on under a new origin and new keys, after its newest entries, its lock or its key were lost. The first
   * entry under that origin; what it restores is its prefix. `lost.note` is the signed checkpoint over what is given up,
   * empty where none is known. Every grant and pairing ends with it.
   */
  'log.recovered': z.strictObject({
    origin: logOrigin,
    lost: head.extend({ note: z.string().max(8192) }),
    restored: head,
    logKey: vkey,
    leaseKey: b64u(32),
    touches: z.array(z.strictObject({ by: id, touch })).length(2),
  }),
  'act.proposed': z.strictObject({ act: id, what: act, by: id, expires: time, touch }),
  'act.withdrawn': z.strictObject({ act: id, by: id }),
  /**
   * The log key and the lease key change, by an act that another administrator confirmed. `endorsement` is the signature
   * of the key before over what `endorsed` in `verify/rotation.ts` says.
   */
  'log.key-rotated': z.strictObject({
    act: id,
    by: id,
    touch,
    logKey: vkey,
    leaseKey: b64u(32),
    endorsement: b64u(64),
  }),
  /** Details were erased: by an act (`act`, `by` and `touch` of whoever confirmed it), or all below an index by policy. */
  'detail.erased': z.strictObject({
    how: z.enum(['demand', 'retention']),
    act: id.optional(),
    by: id.optional(),
    touch: touch.optional(),
    below: z.int().positive().optional(),
    policy: hash.optional(),
  }),
  /** An attempt that was refused and should be known: replayed touches, lost races, batches for another's session. */
  'attempt.refused': z.strictObject({
    what: z.string().max(60),
    why: z.string().max(40),
    person: id.optional(),
    browser: id.optional(),
    subject: id.optional(),
  }),
} as const;

export type EntryType = keyof typeof bodies;
export type Body<T extends EntryType> = z.infer<(typeof bodies)[T]>;
export type Entry = {
  [T in EntryType]: { v: 1; type: T; time: number; rand: string; body: Body<T> };
}[EntryType];
export type EntryOf<T extends EntryType> = Extract<Entry, { type: T }>;

/** The rows of folded state, by kind. Keys of each map are the row's id. Times in ms. */
export interface Rows {
  /** One row, id "log". */
  log: {
    origin: string;
    logKey: string;
    leaseKey: string;
    rpId: string;
    webOrigin: string;
    extensionOrigins: string[];
    /** The entry that named the log key, and when. */
    entry: number;
    since: number;
    /** Origin and key until that entry: a lock that was not written since is still signed by it. */
    before?: { origin: string; logKey: string; leaseKey: string };
  };
  /** One row, id "current". `entry` is the index of the `policy.loaded` entry. */
  policy: { hash: string; entry: number };
  person: {
    id: string;
    handle: string;
    roles: z.infer<typeof roles>;
    status: 'invited' | 'active' | 'disabled';
    since: number;
    invitedBy?: string;
    /** Set when their keys were reset by the command on the server's host. */
    resetByHost?: number;
  };
  /** Id: the hash of the one-time code. */
  invitation: { person: string; expires: number; used: boolean };
  key: z.infer<typeof enrolledKey> & { person: string; added: number; removed?: number; entry: number };
  browser: {
    id: string;
    person: string;
    publicKey: string;
    label: string;
    paired: number;
    status: 'paired' | 'suspended' | 'unpaired' | 'released';
    /** Number, hash and entry of the last batch; -1, '' and -1 before the first. */
    number: number;
    chain: string;
    last: number;
    entry: number;
  };
  request: {
    id: string;
    hash: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    seconds: number;
    justification: string;
    ticket: string;
    address: string;
    extends: string;
    asked: number;
    expires: number;
    policy: string;
    eligibility: string;
    decides: Decides;
    status: 'waiting' | 'approved' | 'denied' | 'withdrawn' | 'expired';
    /** Where it expired for another reason than that nobody decided, and when, and by whom if by somebody. */
    lapsedHow?: LapsedHow;
    lapsedAt?: number;
    lapsedBy?: string;
    decidedBy?: string;
    decidedAt?: number;
    decidedWith?: string;
    reason?: string;
    grant?: string;
    entries: number[];
  };
  /** Id: the hash of an ask, so that the same one is never told twice. */
  ask: { request: string };
  grant: {
    id: string;
    request: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    made: number;
    /** When `until` was last decided: made, or more time was given. The console's maximum counts from here. */
    given: number;
    until: number;
    /** True where policy said that nobody decides: marked wherever the grant is shown. */
    undecided: boolean;
    status: 'approved' | 'running' | 'ended';
    session?: string;
    endedHow?: EndedHow;
    endedAt?: number;
    endedBy?: string;
    reason?: string;
    entries: number[];
  };
  session: {
    id: string;
    grant: string;
    request: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    started: number;
    startedWith: string;
    ended?: number;
    actions: number;
    violations: number;
    lastAction?: number;
    /** Its start, more time, its end. Batches are not among them: a row must not grow with what is done. */
    entries: number[];
  };
  act: {
    id: string;
    what: Act;
    by: string;
    proposed: number;
    expires: number;
    status: 'proposed' | 'withdrawn' | 'done';
    confirmedBy?: string;
    entries: number[];
  };
  /** Id: the index of the `detail.erased` entry. What it erased is either of `entries` and `below`. */
  erasure: { at: number; by: string[]; entries?: number[]; below?: number };
}
export type Kind = keyof Rows;
