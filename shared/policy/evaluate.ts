import { knowsReads } from './check.ts';
import { formatDuration, sayDuration } from './duration.ts';
import { named, type PersonFacts } from './people.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { ConsolePolicy, Eligibility, Policy } from './schema.ts';
import { sayWhen, within } from './when.ts';

/**
 * Who may ask for what, and who decides. Pure: every answer follows from the policy and the arguments alone,
 * all of which the log keeps, so a verifier decides again years later and must come to the same answer. (The one
 * thing outside is the time zone database, for eligibilities with `when`.)
 *
 * The default is no. Where several eligibilities fit, **the first in file order that allows the whole ask** carries
 * it, and its `decides` holds. Callers pass enabled people only.
 */
export type { PersonFacts } from './people.ts';

/** The shortest grant, in seconds. */
const shortest = 60;

export interface Ask {
  person: PersonFacts;
  /** id in the policy */
  console: string;
  level: Level;
  /** length of the grant; from 60 to the eligibility's longest, offered or not */
  seconds: number;
  /** ms since 1970 by the server's clock */
  at: number;
}

export type Decides = 'nobody' | string[];

export type AskAnswer =
  | { allowed: true; eligibility: string; decides: Decides; /** seconds */ longest: number }
  | {
      allowed: false;
      why: 'unknown_console' | 'role' | 'not_eligible' | 'level' | 'when' | 'duration';
      sentence: string;
    };

/** May this person ask for this, now? */
export function mayAsk(policy: Policy, ask: Ask): AskAnswer {
  const entry = consoleOf(policy, ask.console);
  const no = (why: Extract<AskAnswer, { allowed: false }>['why'], sentence: string): AskAnswer => ({
    allowed: false,
    why,
    sentence,
  });
  if (!entry) {
    return no(
      'unknown_console',
      `There is no console "${ask.console}" in the policy. Reload to see the current list.`,
    );
  }
  const { name } = entry;
  if (!ask.person.roles.includes('engineer')) {
    return no('role', `You need the engineer role to request ${name}. Ask an administrator for it.`);
  }
  // From here each step keeps what still fits, so a refusal names the first thing that stood in the way.
  const rules = rulesFor(policy, ask.person, ask.console);
  if (rules.length === 0) {
    return no(
      'not_eligible',
      `The policy does not let you request ${name}. Ask an administrator if you need it.`,
    );
  }
  const levelled = rules.filter((rule) => rule.levels.includes(ask.level));
  if (levelled.length === 0) {
    const offered = rules[0]?.levels.join(' or ');
    return no(
      'level',
      `The policy lets you request ${name} to ${offered}, not to ${ask.level}. Request that instead.`,
    );
  }
  const current = levelled.filter((rule) => isNow(rule, ask.at));
  if (current.length === 0) {
    const windows = levelled.flatMap(({ when }) => (when ? [sayWhen(when)] : []));
    return no(
      'when',
      `You can request ${name} only ${windows.join(', or ')}. Try again then, or ask an administrator.`,
    );
  }
  const fit = current.find((rule) => fits(rule, ask.seconds));
  if (!fit) {
    const longest = Math.max(...current.map(longestOf));
    return no(
      'duration',
      `You can request ${name} for ${sayDuration(shortest)} to ${sayDuration(longest)} (${formatDuration(longest)}). Choose a duration in that range.`,
    );
  }
  return { allowed: true, eligibility: fit.name, decides: fit.decides, longest: longestOf(fit) };
}

/**
 * The rules by which this person may have this console at this level, for `seconds` where a time is named, at some hour:
 * what of an ask still stands after policy or roles changed.
 */
export function rulesGiving(
  policy: Policy,
  { person, console, level, seconds }: Omit<Ask, 'at' | 'seconds'> & { seconds?: number },
): Eligibility[] {
  if (!consoleOf(policy, console) || !person.roles.includes('engineer')) return [];
  return rulesFor(policy, person, console).filter(
    (rule) => rule.levels.includes(level) && (seconds === undefined || fits(rule, seconds)),
  );
}

export interface Offer {
  level: Level;
  /** seconds, ascending, never empty */
  durations: number[];
  decides: Decides;
  eligibility: string;
}

/**
 * What the form shows this person now, in file order. Each level and duration appears once, under the very
 * eligibility that {@link mayAsk} would pick for it; so one level may stand in two offers, with different deciders.
 */
export function offers(policy: Policy, query: { person: PersonFacts; console: string; at: number }): Offer[] {
  const { person, console: id, at } = query;
  if (!consoleOf(policy, id) || !person.roles.includes('engineer')) return [];
  const current = rulesFor(policy, person, id).filter((rule) => isNow(rule, at));
  return current.flatMap((rule, index) =>
    rule.levels
      .filter((level, i) => rule.levels.indexOf(level) === i)
      .flatMap((level): Offer[] => {
        const earlier = current.slice(0, index).filter(({ levels }) => levels.includes(level));
        const durations = rule.durations.filter((seconds) => !earlier.some((other) => fits(other, seconds)));
        if (durations.length === 0) return [];
        return [{ level, durations, decides: rule.decides, eligibility: rule.name }];
      }),
  );
}

export type DecideAnswer =
  | { allowed: true }
  | {
      allowed: false;
      why: 'own_request' | 'unknown_eligibility' | 'nobody_decides' | 'approver_role' | 'not_named';
      sentence: string;
    };

/** May this person decide on that person's request, which rests on that eligibility? Never on one's own (case 19). */
export function mayDecide(
  policy: Policy,
  query: { approver: PersonFacts; requester: PersonFacts; eligibility: string },
): DecideAnswer {
  const { approver, requester } = query;
  // By handle as well as by id: policy knows people by handle, so one handle is one person to it.
  if (approver.id === requester.id || approver.handle === requester.handle) {
    return refuse('own_request', 'You cannot decide your own request. Send the link to an approver.');
  }
  const rule = policy.eligibility.find(({ name }) => name === query.eligibility);
  if (!rule) {
    return refuse(
      'unknown_eligibility',
      'The policy rule behind this request is gone. A new request is needed.',
    );
  }
  if (rule.decides === 'nobody') {
    return refuse('nobody_decides', 'This needs no approval. The requester starts it with their own key.');
  }
  if (!approver.roles.includes('approver')) {
    return refuse(
      'approver_role',
      'You need the approver role to decide this. Send the link to someone who has it.',
    );
  }
  if (!named(policy, rule.decides, approver)) {
    return refuse(
      'not_named',
      'The policy does not name you as an approver of this request. Send the link to someone it names.',
    );
  }
  return { allowed: true };
}

/**
 * May whoever decides lower this request from `change` to `view`? Where the rule it rests on offers that, and the
 * console knows which requests only read; never in the middle of a session.
 */
export function mayLower(
  policy: Policy,
  request: { console: string; level: Level; extends: string; eligibility: string },
): boolean {
  const entry = consoleOf(policy, request.console);
  const rule = policy.eligibility.find(({ name }) => name === request.eligibility);
  return (
    request.level === 'change' &&
    request.extends === '' &&
    entry !== undefined &&
    knowsReads(entry) &&
    (rule?.levels.includes('view') ?? false)
  );
}

/** Those of `people` who may decide on the requester's request, in the order given. */
export function deciders(
  policy: Policy,
  eligibility: string,
  people: readonly PersonFacts[],
  requester: PersonFacts,
): PersonFacts[] {
  return people.filter((approver) => mayDecide(policy, { approver, requester, eligibility }).allowed);
}

/** A console with its id. */
export type Console = ConsolePolicy & { id: string };

/** Every console of the policy, in file order. */
export function consolesOf(policy: Policy): Console[] {
  return Object.entries(policy.consoles).map(([id, entry]) => ({ id, ...entry }));
}

const refuse = (why: Extract<DecideAnswer, { allowed: false }>['why'], sentence: string): DecideAnswer => ({
  allowed: false,
  why,
  sentence,
});

// Own properties only: `constructor` is no console.
export const consoleOf = (policy: Policy, id: string): ConsolePolicy | undefined =>
  Object.hasOwn(policy.consoles, id) ? policy.consoles[id] : undefined;

const rulesFor = (policy: Policy, person: PersonFacts, id: string): Eligibility[] =>
  policy.eligibility.filter((rule) => rule.consoles.includes(id) && named(policy, rule.who, person));

const isNow = (rule: Eligibility, at: number): boolean => rule.when === undefined || within(rule.when, at);

const longestOf = (rule: Eligibility): number => rule.durations.at(-1) ?? 0;

const fits = (rule: Eligibility, seconds: number): boolean =>
  Number.isSafeInteger(seconds) && seconds >= shortest && seconds <= longestOf(rule);
