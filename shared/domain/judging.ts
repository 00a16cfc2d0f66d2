import canonicalize from 'canonicalize';
import type { z } from 'zod';
import type { Entry, Kind, Rows } from './entries.ts';
import type { PersonFacts } from '#shared/domain/people/entries.ts';
import type { SignedText } from './signing.ts';
import type { State } from './state.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import { readForm } from '#shared/log/form.ts';
import { parsePolicy } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';

/** Equal as canonical JSON. */
export const same = (a: unknown, b: unknown): boolean => canonicalize(a) === canonicalize(b);

/**
 * What a state rule looks at besides the entry: everything that the entries before it say. Whoever has it, server or
 * verifier, judges by the same rules.
 */
export interface Facts {
  readonly state: State;
  /** Whether every entry of the log is known; else what lies between those that are is taken as given. */
  readonly whole: boolean;
  readonly policies: Policies;
  /** An entry before this one; undefined where it is not at hand. */
  entryAt: (index: number) => Entry | undefined;
  /** The entry with this batch of a browser; undefined where it is not at hand. */
  batchAt: (browser: string, number: number) => number | undefined;
}

/** Policy texts by their hash, each read once. */
export class Policies {
  readonly #read = new Map<string, Policy | undefined>();

  /** Undefined for a text that was not taken in, or that this version cannot read. */
  get(hash: string): Policy | undefined {
    return this.#read.get(hash);
  }

  has(hash: string): boolean {
    return this.#read.has(hash);
  }

  /** Takes in a text; `hash` is SHA-256 of its bytes, base64url. */
  take(hash: string, text: string): void {
    if (this.#read.has(hash)) return;
    const parsed = parsePolicy(text);
    this.#read.set(hash, parsed.ok ? parsed.policy : undefined);
  }
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

/** The policy of this hash. Throws CannotJudge where this version cannot read it. */
export function policyOf({ policies }: Facts, hash: string): Policy {
  mustHold(policies.has(hash), 'it rests on a policy that the log does not hold');
  const policy = policies.get(hash);
  if (!policy) throw new CannotJudge('this version or machine cannot read its policy');
  return policy;
}

/** The policy in force by the log, which must be the one that the entry names. */
export function policyInForce(facts: Facts, hash: string): Policy {
  mustHold(
    row(facts.state, 'policy', 'current').hash === hash,
    'it rests on a policy that was not in force then',
  );
  return policyOf(facts, hash);
}

/** Reads what a browser signed, and asks that this very browser did, for this log; its signature is checked elsewhere. */
export function readSigned<T extends { log: string; browser: string }>(
  { state }: Facts,
  browser: string,
  kind: 'ask' | 'withdrawal' | 'end' | 'batch',
  signed: SignedText,
  schema: z.ZodType<T>,
): { value: T; by: Rows['browser'] } {
  const by = row(state, 'browser', browser);
  const value = readForm(schema, parseCanonical(signed.text));
  mustHold(value.browser === browser, `its ${kind} is of another browser`);
  mustHold(value.log === row(state, 'log', 'log').origin, `its ${kind} is for another log`);
  mustHold(by.status === 'paired', `the browser that signed its ${kind} was not paired then`);
  return { value, by };
}

/** Why an entry does not hold, as the end of a sentence. Whoever checks entries in order adds which one. */
export class Contradiction extends Error {}

/** Why something cannot be judged by this version or on this machine. The same form. */
export class CannotJudge extends Error {}

/** Throws the contradiction unless the condition holds. */
export function mustHold(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Contradiction(reason);
}
