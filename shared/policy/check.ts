import { formatDuration } from './duration.ts';
import { hostMatches, hostsOverlap } from './hosts.ts';
import { parseTerm } from './people.ts';
import type { ConsolePolicy, Eligibility, Policy } from './schema.ts';
import { suggest } from './suggest.ts';

/** Where in the file (as `['eligibility', 0, 'consoles', 1]`) and what is wrong, with what to do about it. */
export interface PolicyFault {
  path: readonly (string | number)[];
  message: string;
}

/** What a well-formed policy may still get wrong: every fault of meaning, in file order. Empty means sound. */
export function checkPolicy(policy: Policy): PolicyFault[] {
  return [
    ...Object.entries(policy.consoles).flatMap(([id, entry]) => checkConsole(id, entry)),
    ...sharedHosts(policy),
    ...needlessSites(policy),
    ...policy.eligibility.flatMap((rule, index) => checkEligibility(policy, rule, index)),
  ];
}

/** Can it be told, for this console, which requests only read? Only then can it be opened to view. */
export const knowsReads = (entry: ConsolePolicy): boolean =>
  entry.socket !== true && (entry.reads !== undefined || entry.pack !== undefined);

const whyReads =
  'many consoles read by POST and some change by GET. Add reads: with the requests that only read, ' +
  'reads: [] if nothing but GET and HEAD does, or a pack.';

const whySocket =
  'this one works over a WebSocket (socket: true), where looking cannot be told from changing.';
const whyNotView = (entry: ConsolePolicy): string => (entry.socket === true ? whySocket : whyReads);

function checkConsole(id: string, entry: ConsolePolicy): PolicyFault[] {
  const faults: PolicyFault[] = [];
  const { hostname } = new URL(entry.start);
  if (!entry.hosts.some((pattern) => hostMatches(pattern, hostname))) {
    faults.push({
      path: ['consoles', id, 'start'],
      message: `${hostname} is not one of this console's hosts (${entry.hosts.join(', ')}). Add it to hosts, or start on one of them.`,
    });
  }
  if (entry.mode === 'read-only' && !knowsReads(entry)) {
    faults.push({
      path: ['consoles', id, 'mode'],
      message: `read-only must know what only reads: ${whyNotView(entry)}`,
    });
  }
  return faults;
}

/** What comes from a console passes anyway; naming its host for another one would say that it did not. */
function needlessSites({ consoles }: Policy): PolicyFault[] {
  const all = Object.entries(consoles);
  return all.flatMap(([id, entry]) =>
    (entry['also-from'] ?? []).flatMap((site, index): PolicyFault[] => {
      const [owner] = all.find(([, { hosts }]) => hosts.some((host) => hostsOverlap(host, site))) ?? [];
      if (owner === undefined) return [];
      const message = `${site} belongs to the console "${owner}", and what a console's pages send passes anyway. Leave it out.`;
      return [{ path: ['consoles', id, 'also-from', index], message }];
    }),
  );
}

/** Two consoles on one host could not be told apart by a gate whose unit is the host. */
function sharedHosts(policy: Policy): PolicyFault[] {
  const seen: { id: string; pattern: string }[] = [];
  return Object.entries(policy.consoles).flatMap(([id, { hosts }]) => {
    const faults = hosts.flatMap((pattern, index): PolicyFault[] => {
      const other = seen.find((earlier) => hostsOverlap(earlier.pattern, pattern));
      if (!other) return [];
      const same = other.pattern === pattern ? pattern : `${pattern}, which overlaps ${other.pattern},`;
      const message = `${same} belongs to the console "${other.id}" already. A host belongs to one console: move it, or make them one.`;
      return [{ path: ['consoles', id, 'hosts', index], message }];
    });
    seen.push(...hosts.map((pattern) => ({ id, pattern })));
    return faults;
  });
}

function checkEligibility(policy: Policy, rule: Eligibility, index: number): PolicyFault[] {
  const at = (...rest: (string | number)[]) => ['eligibility', index, ...rest];
  const faults: PolicyFault[] = [];
  if (policy.eligibility.findIndex(({ name }) => name === rule.name) < index) {
    const message = `There is an eligibility "${rule.name}" already. Requests refer to rules by name, so give this one another name.`;
    faults.push({ path: at('name'), message });
  }
  for (const field of ['who', 'decides'] as const) {
    const terms = rule[field];
    if (terms !== 'nobody') faults.push(...unknownGroups(policy, terms, at(field)));
  }
  const known = Object.keys(policy.consoles);
  const limits: { id: string; entry: ConsolePolicy }[] = [];
  for (const [i, id] of rule.consoles.entries()) {
    const entry = Object.hasOwn(policy.consoles, id) ? policy.consoles[id] : undefined;
    if (entry) limits.push({ id, entry });
    else
      faults.push({ path: at('consoles', i), message: `There is no console "${id}".${suggest(id, known)}` });
  }
  const view = rule.levels.indexOf('view');
  const blind = limits.find(({ entry }) => !knowsReads(entry));
  if (view !== -1 && blind) {
    const message = `A grant to view "${blind.id}" must know what only reads: ${whyNotView(blind.entry)}`;
    faults.push({ path: at('levels', view), message });
  }
  for (const [i, seconds] of rule.durations.entries()) {
    const tight = limits.find(({ entry }) => seconds > entry.maximum);
    if (tight) {
      const message = `${formatDuration(seconds)} is longer than the maximum of the console "${tight.id}", ${formatDuration(tight.entry.maximum)}. Shorten it, or raise that maximum.`;
      faults.push({ path: at('durations', i), message });
    }
    if (i > 0 && seconds <= (rule.durations[i - 1] ?? 0)) {
      const message = 'List durations from the shortest to the longest; the last one is the limit.';
      faults.push({ path: at('durations', i), message });
    }
  }
  return faults;
}

function unknownGroups(
  policy: Policy,
  terms: readonly string[],
  path: readonly (string | number)[],
): PolicyFault[] {
  return terms.flatMap((text, i): PolicyFault[] => {
    const { kind, name } = parseTerm(text);
    if (kind !== 'group' || Object.hasOwn(policy.groups, name)) return [];
    return [
      {
        path: [...path, i],
        message: `There is no group "${name}".${suggest(name, Object.keys(policy.groups))}`,
      },
    ];
  });
}
