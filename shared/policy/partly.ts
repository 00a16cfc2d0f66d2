import { z } from 'zod';
import { type PolicyFault, checkPolicy } from './check.ts';
import { type Policy, consoleFields, eligibility, members } from './schema.ts';

const parts = z.object({
  consoles: z.record(z.string(), z.unknown()).catch({}),
  groups: z.record(z.string(), z.unknown()).catch({}),
  eligibility: z.array(z.unknown()).catch([]),
});

/**
 * Every fault of meaning among those parts of a policy that are well formed by themselves, so that one misspelt part
 * hides nothing that is wrong elsewhere. Of what names a malformed part nothing is said: it has its own fault.
 */
export function checkPartly(value: unknown, also: (policy: Policy) => PolicyFault[]): PolicyFault[] {
  const { data: given } = parts.safeParse(value);
  if (!given) return [];
  const consoles: Policy['consoles'] = {};
  for (const [id, entry] of Object.entries(given.consoles)) {
    const { data } = consoleFields.safeParse(entry);
    if (data) consoles[id] = data;
  }
  const groups: Policy['groups'] = {};
  for (const [id, list] of Object.entries(given.groups)) groups[id] = members.safeParse(list).data ?? [];

  const isKnown = (id: string): boolean => Object.hasOwn(consoles, id) || !Object.hasOwn(given.consoles, id);
  const rules = given.eligibility.flatMap((rule, index) => {
    const { data } = eligibility.safeParse(rule);
    if (!data) return [];
    const kept = [...data.consoles.entries()].filter(([, id]) => isKnown(id));
    return [
      {
        index,
        places: kept.map(([place]) => place),
        rule: { ...data, consoles: kept.map(([, id]) => id) },
      },
    ];
  });
  const policy: Policy = { version: 1, consoles, groups, eligibility: rules.map(({ rule }) => rule) };
  /** Where in the file a path within what was kept leads. */
  const placed = ([part, at, field, place, ...rest]: PolicyFault['path']): PolicyFault['path'] => {
    const from = part === 'eligibility' ? rules[Number(at)] : undefined;
    if (!from) return [part, at, field, place, ...rest].filter((step) => step !== undefined);
    const within = field === 'consoles' ? from.places[Number(place)] : place;
    return ['eligibility', from.index, field, within, ...rest].filter((step) => step !== undefined);
  };
  return [...checkPolicy(policy), ...also(policy)].map(({ path, message }) => ({
    path: placed(path),
    message,
  }));
}
