import type { z } from 'zod';
import { toBase64url, utf8 } from '#shared/bytes.ts';
import canonicalize from 'canonicalize';
import type { FoldedState, State } from '#shared/entries/fold.ts';
import type { SignedText } from '#shared/entries/signed.ts';
import type { Entry, Kind, PersonFacts, Rows } from '#shared/entries/types.ts';
import { sha256 } from '#shared/merkle/sha256.ts';
import { parsePolicy } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';
import { parseCanonical } from '#shared/statement/signing.ts';
import type { Keys } from './keys.ts';
import type { Signatures } from './signatures.ts';
import { CannotJudge, mustHold } from './types.ts';

/** Equal as canonical JSON. */
export const same = (a: unknown, b: unknown): boolean => canonicalize(a) === canonicalize(b);

/** What was checked, in numbers and indexes, for the sentences at the end. */
export interface Tally {
  touches: number;
  registrations: number;
  /** Asks, withdrawals and ends that a browser signed. */
  browserSigned: number;
  batches: number;
  asked: number;
  decided: number;
  undecided: number;
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
  undecided: 0,
  unsignedEnds: [],
  suspensions: [],
  hostResets: [],
  violations: [],
  ends: [],
  gaps: [],
  suspendedUnseen: [],
  logKeys: [],
  recoveries: [],
});

/** What the rules look at besides the entry: everything that the entries before it say. */
export interface Context {
  readonly state: FoldedState;
  /** Whether every entry of the log is read; else what lies between those that are is taken as given. */
  readonly whole: boolean;
  readonly keys: Keys;
  readonly signatures: Signatures;
  readonly tally: Tally;
  readonly policies: Map<string, Policy>;
  /** Hashes of asks so far, so that none is told twice. */
  readonly asks: Set<string>;
  /** Where the batches of each browser are: entry by number. */
  readonly batches: Map<string, number[]>;
  /** An entry read before; undefined where it is not there. */
  entryAt: (index: number) => Promise<Entry | undefined>;
  /** The root over the first `size` entries, base64url; undefined where the hashes for it are not there. */
  rootAt: (size: number) => Promise<string | undefined>;
}

/** A row that must be there. */
export function row<K extends Kind>(state: State, kind: K, id: string): Rows[K] {
  const found = state.get(kind, id);
  mustHold(found !== undefined, `there is no ${kind} ${id}`);
  return found;
}

export function mustBeNew(state: State, kind: Kind, id: string): void {
  mustHold(state.get(kind, id) === undefined, `there is a ${kind} ${id} already`);
}

export function activePerson(state: State, id: string): Rows['person'] {
  const person = row(state, 'person', id);
  mustHold(person.status === 'active', `${person.handle} was not active then`);
  return person;
}

export function mustAdminister(state: State, id: string): void {
  const { handle, roles } = activePerson(state, id);
  mustHold(roles.includes('administrator'), `${handle} was no administrator then`);
}

/** A decision's record of a person must be what the log says of that person. */
export function mustBeFacts(state: State, facts: PersonFacts): void {
  const { id, handle, roles } = activePerson(state, facts.id);
  mustHold(same(facts, { id, handle, roles }), `${handle} is recorded otherwise than the log knows them`);
}

/** Takes in a policy text. One that this version cannot read is no lie, yet nothing can be decided again by it. */
export function loadPolicy({ policies }: Context, hash: string, text: string): void {
  mustHold(toBase64url(sha256(utf8(text))) === hash, 'the text of the policy is not what its hash names');
  if (policies.has(hash)) return;
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new CannotJudge('this version or machine cannot read its policy');
  policies.set(hash, parsed.policy);
}

/** The policy in force by the log, which must be the one that the entry names. */
export function policyInForce({ state, policies }: Context, hash: string): Policy {
  mustHold(row(state, 'policy', 'current').hash === hash, 'it rests on a policy that was not in force then');
  const policy = policies.get(hash);
  mustHold(policy !== undefined, 'it rests on a policy that the log does not hold');
  return policy;
}

/** Reads what a browser signed, and asks that this very browser did, for this log and purpose. */
export function signedByBrowser<T extends { log: string; browser: string }>(
  { state, keys, signatures }: Context,
  browser: string,
  kind: 'ask' | 'withdrawal' | 'end' | 'batch',
  signed: SignedText,
  schema: z.ZodType<T>,
): { value: T; by: Rows['browser'] } {
  const by = row(state, 'browser', browser);
  const value = schema.parse(parseCanonical(signed.text));
  mustHold(value.browser === browser, `its ${kind} is of another browser`);
  mustHold(value.log === row(state, 'log', 'log').origin, `its ${kind} is for another log`);
  mustHold(by.status === 'paired', `the browser that signed its ${kind} was not paired then`);
  signatures.mustHold(
    keys.signed(by.publicKey, kind, signed.text, signed.signature),
    `the browser's signature over its ${kind} does not hold`,
  );
  return { value, by };
}
