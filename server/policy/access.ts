import { deciders, offers, type Decides } from '#shared/policy/evaluate.ts';
import { parseTerm, roles, type PersonFacts, type Role } from '#shared/policy/people.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { Policy } from '#shared/policy/schema.ts';

/** One thing that somebody could ask for at a moment. */
export interface Access {
  /** handle */
  person: string;
  /** id */
  console: string;
  level: Level;
  /** seconds, ascending */
  durations: number[];
  eligibility: string;
  /** as the policy says it */
  decides: Decides;
  /** handles of those among the people given who could decide; empty where nobody decides or nobody could */
  deciders: string[];
}

/** Who among these people could ask for what at a moment (ms since 1970), in the order of people and consoles. */
export function whoMayAsk(policy: Policy, people: readonly PersonFacts[], at: number): Access[] {
  return people.flatMap((person) =>
    Object.keys(policy.consoles).flatMap((id) =>
      offers(policy, { person, console: id, at }).map((offer) => ({
        person: person.handle,
        console: id,
        ...offer,
        deciders: deciders(policy, offer.eligibility, people, person).map(({ handle }) => handle),
      })),
    ),
  );
}

/**
 * The people that a policy names, for use where the server's own are not at hand. A file knows no roles, so whoever
 * it lets ask counts as engineer, whoever it lets decide as approver, and each role it names stands in once for
 * everybody who has it, under the term itself as a handle (`role:engineer`).
 */
export function peopleIn(policy: Policy): PersonFacts[] {
  const found = new Map<string, Set<Role>>();
  const add = (handle: string, role?: Role) => {
    const had = found.get(handle) ?? new Set<Role>();
    if (role) had.add(role);
    found.set(handle, had);
  };
  const addTerms = (terms: readonly string[], role: Role) => {
    for (const text of terms) {
      const { kind, name } = parseTerm(text);
      if (kind === 'group') for (const handle of policy.groups[name] ?? []) add(handle, role);
      else add(text, role);
      if (kind === 'role')
        add(
          text,
          roles.find((known) => known === name),
        );
    }
  };
  for (const handle of Object.values(policy.groups).flat()) add(handle);
  for (const { who, decides } of policy.eligibility) {
    addTerms(who, 'engineer');
    if (decides !== 'nobody') addTerms(decides, 'approver');
  }
  return [...found].map(([handle, had]) => ({ id: handle, handle, roles: [...had] }));
}
