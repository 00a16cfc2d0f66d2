import type { Access } from '../../platform/gates.ts';
import type { Rule, RuleCondition } from '../../platform/rules.ts';
import { hostRegex, matchPatterns, readRegex } from './patterns.ts';

/**
 * The network's half of the gate (design, section 4): from what each console allows to declarativeNetRequest rules.
 * Pure, and computed whole each time. What is persisted (`dynamic`) only ever shuts; what opens dies with the
 * browser's session. A higher priority wins:
 *
 *   30 shut by initiator     what a console's page, frame or worker sends anywhere
 *   40 open by initiator
 *   45 shut by top domain    what a sandboxed frame or a worker of it sends anywhere (Chromium only)
 *   50 open by top domain
 *   60 shut by request       what anybody sends to the console's exact hosts
 *   62 shut to the gate page documents, where the browser lets us redirect
 *   64 pass what only reads  in a console that may be looked at without a grant
 *   70 open by request       except from the pages of a console that is itself shut
 *
 * So nothing that opens one console by initiator or by top domain reaches another one that is shut: 60 stands above
 * both. Domain conditions cover subdomains, regular expressions do not; only what shuts more than it must uses domains.
 */
export interface ConsoleAccess {
  hosts: readonly string[];
  /** `METHOD /path` of requests that only read; a star may end the path. */
  reads: readonly string[];
  /** What stands without a grant, persisted. */
  base: Access;
  /** What stands now: `base` or more. */
  access: Access;
}

export interface Rules {
  dynamic: Rule[];
  /** With `topDomains`, a key that voids the whole call where it is unknown (T15). */
  dynamicTop: Rule[];
  session: Rule[];
  sessionTop: Rule[];
}

const P = {
  shutInitiator: 30,
  openInitiator: 40,
  shutTop: 45,
  openTop: 50,
  shutRequest: 60,
  toGate: 62,
  reads: 64,
  openRequest: 70,
} as const;

const LOOKING = ['get', 'head', 'options'];
const DOCUMENTS = ['main_frame', 'sub_frame'];

/**
 * @param gate address of the gate page; the address that was wanted goes into its fragment
 * @param missing match patterns of hosts that the browser does not allow us. A redirect there would do nothing and
 *   yet outrank the block, so it is left out (T33).
 */
export function compileRules(
  consoles: readonly ConsoleAccess[],
  gate: string,
  missing: readonly string[] = [],
): Rules {
  // A shut console's own pages must not reach an open one. Where a shut host is the parent of an open one, naming it
  // would shut the open one too, so it is left to the rules by initiator.
  const open = consoles.filter(({ access }) => access !== 'none').flatMap(({ hosts }) => hosts.map(domainOf));
  const shut = consoles
    .filter(({ access }) => access === 'none')
    .flatMap(({ hosts }) => hosts.map(domainOf))
    .filter((domain) => !open.some((other) => other === domain || other.endsWith(`.${domain}`)));
  return {
    dynamic: numbered(
      1,
      consoles.flatMap((one) => shutRules(one, gate, missing)),
    ),
    dynamicTop: numbered(
      TOP,
      consoles.flatMap(({ hosts, base }) => shutPages(base, { topDomains: hosts.map(domainOf) }, P.shutTop)),
    ),
    session: numbered(
      1,
      consoles.filter(opens).flatMap((one) => openRules(one, shut)),
    ),
    sessionTop: numbered(
      TOP,
      consoles
        .filter(opens)
        .flatMap(({ hosts, access }) => openPages(access, { topDomains: hosts.map(domainOf) }, P.openTop)),
    ),
  };
}

/** Numbers from here on belong to the rules with `topDomains`. */
export const TOP = 1_000_000;

const opens = ({ base, access }: ConsoleAccess) => access !== base;
const domainOf = (host: string) => (host.startsWith('*.') ? host.slice(2) : host);
const numbered = (from: number, rules: Omit<Rule, 'id'>[]): Rule[] =>
  rules.map((rule, at) => ({ id: from + at, ...rule }));

type Unnumbered = Omit<Rule, 'id'>;

const block = (priority: number, condition: RuleCondition): Unnumbered => ({
  priority,
  action: { type: 'block' },
  condition,
});
const allow = (priority: number, condition: RuleCondition): Unnumbered => ({
  priority,
  action: { type: 'allow' },
  condition,
});
/** Leaving the types out means all but the tab's own page, types that are yet to be invented included. */
const alsoMainFrame = (make: (condition: RuleCondition) => Unnumbered, condition: RuleCondition) => [
  make(condition),
  make({ ...condition, resourceTypes: ['main_frame'] }),
];

function shutRules(
  { hosts, reads, base }: ConsoleAccess,
  gate: string,
  missing: readonly string[],
): Unnumbered[] {
  if (base === 'change') return [];
  const byRequest = hosts.flatMap((host) => {
    const regexFilter = hostRegex(host);
    if (base === 'none')
      return [
        ...alsoMainFrame((c) => block(P.shutRequest, c), { regexFilter }),
        ...toGate(host, gate, missing),
      ];
    return [
      ...alsoMainFrame((c) => block(P.shutRequest, c), { regexFilter, excludedRequestMethods: LOOKING }),
      block(P.shutRequest, { regexFilter, resourceTypes: ['websocket'] }),
      ...readRules(host, reads, P.reads),
    ];
  });
  return [...byRequest, ...shutPages(base, { initiatorDomains: hosts.map(domainOf) }, P.shutInitiator)];
}

function toGate(host: string, gate: string, missing: readonly string[]): Unnumbered[] {
  return matchPatterns(host).flatMap((pattern) => {
    if (missing.includes(pattern)) return [];
    const regexFilter = hostRegex(host, pattern.slice(0, pattern.indexOf(':')));
    const redirect = { regexSubstitution: `${gate}#\\0` };
    const condition = { regexFilter, resourceTypes: DOCUMENTS };
    return [{ priority: P.toGate, action: { type: 'redirect' as const, redirect }, condition }];
  });
}

/** What a page that is no longer allowed may still send elsewhere: nothing, or what only looks. */
function shutPages(base: Access, from: RuleCondition, priority: number): Unnumbered[] {
  if (base === 'change') return [];
  if (base === 'none') return [block(priority, from)];
  return [
    block(priority, { ...from, excludedRequestMethods: LOOKING }),
    block(priority, { ...from, resourceTypes: ['websocket'] }),
  ];
}

function openRules({ hosts, reads, access }: ConsoleAccess, shut: string[]): Unnumbered[] {
  const notFromShut = shut.length > 0 ? { excludedInitiatorDomains: shut } : {};
  const byRequest = hosts.flatMap((host) => {
    const condition = { regexFilter: hostRegex(host), ...notFromShut };
    if (access === 'change') return alsoMainFrame((c) => allow(P.openRequest, c), condition);
    return [
      // With exclusions the tab's own page counts among the types.
      allow(P.openRequest, { ...condition, requestMethods: LOOKING, excludedResourceTypes: ['websocket'] }),
      ...readRules(host, reads, P.openRequest, notFromShut),
    ];
  });
  return [...byRequest, ...openPages(access, { initiatorDomains: hosts.map(domainOf) }, P.openInitiator)];
}

function openPages(access: Access, from: RuleCondition, priority: number): Unnumbered[] {
  if (access === 'change') return [allow(priority, from)];
  return [allow(priority, { ...from, requestMethods: LOOKING, excludedResourceTypes: ['websocket'] })];
}

function readRules(
  host: string,
  reads: readonly string[],
  priority: number,
  more: RuleCondition = {},
): Unnumbered[] {
  return reads.flatMap((read) => {
    const [method = '', path = ''] = read.split(' ');
    const regexFilter = readRegex(host, path);
    const condition = { ...more, regexFilter, requestMethods: [method.toLowerCase()] };
    return [allow(priority, { ...condition, excludedResourceTypes: ['websocket'] })];
  });
}
