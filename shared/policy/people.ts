import type { Role } from '#shared/domain/primitives.ts';

/** What a person may do in Countersign itself. Policy narrows `engineer` and `approver` further, console by console. */
export const roles = ['engineer', 'approver', 'auditor', 'administrator'] as const satisfies readonly Role[];
export type { Role };

/** All that policy knows of a person; recorded beside each decision so that a verifier can decide again. */
export interface PersonFacts {
  /** stable, as the log names the person */
  id: string;
  /** what the policy file calls the person */
  handle: string;
  roles: readonly Role[];
}

export const idRule =
  'An id begins with a small letter and holds small letters, digits and hyphens, 63 at most.';

export type Term = { kind: 'handle' | 'group' | 'role'; name: string };

/** `ana`, `group:platform` or `role:engineer`, as `who` and `decides` name people. */
export function parseTerm(text: string): Term {
  const [, kind, name] = /^(group|role):(.*)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined) return { kind: 'handle', name: text };
  return { kind: kind === 'group' ? 'group' : 'role', name };
}

/** Does one of the terms name the person? Unknown groups and roles name nobody. */
export function named(
  policy: { groups: Readonly<Record<string, readonly string[]>> },
  terms: readonly string[],
  person: PersonFacts,
): boolean {
  return terms.some((text) => {
    const { kind, name } = parseTerm(text);
    if (kind === 'handle') return person.handle === name;
    if (kind === 'role') return person.roles.some((role) => role === name);
    // Own properties only: a group called `constructor` must not find what every object inherits.
    return Object.hasOwn(policy.groups, name) && (policy.groups[name]?.includes(person.handle) ?? false);
  });
}
