import type { AccessLevel } from '../../platform/gates.ts';
import { READ_METHODS } from '../../packs/reads.ts';
import { matchPatterns } from '../../platform/match-patterns.ts';
import type { RuleBody, RuleCondition } from '../../platform/rules.ts';
import type { ConsoleAccess } from '../access/index.ts';
import { coveredBesides, domainsOf, pathRegex, requestsTo } from './patterns.ts';

/**
 * The network's half of the gate: from what each console allows to declarativeNetRequest rules. Pure, and computed
 * whole each time. What is persisted only ever shuts; what opens dies with the browser's session. A higher priority
 * wins:
 *
 *   30 shut by tab      what a console's page may not send anywhere, in the tabs that show it
 *   60 shut by request  what anybody sends to the console's exact hosts
 *   61 shut by request: sockets, where one may look
 *   62 shut to the gate page documents, where the browser lets us redirect
 *   64 pass what only reads, in a console that may be looked at without a grant
 *   66 shut to the gate page what a document would change, under a grant to look
 *   70 open by request
 *   72 shut to other sites what their pages, workers and frames without an origin would change, forms aside
 *   74 pass what consoles' pages send, and those of sites that policy names
 *
 * Rules by request are exact. Conditions on the initiator cover subdomains, which are none of our business, so they
 * hold in the tabs of a console only.
 */

const PRIORITY = {
  byTab: 30,
  shut: 60,
  socket: 61,
  toGate: 62,
  reads: 64,
  toStopped: 66,
  open: 70,
  elsewhere: 72,
  consoles: 74,
} as const;

/** Is it a rule against what other sites would change? */
export const fromOtherSites = ({ priority }: RuleBody): boolean => priority === PRIORITY.elsewhere;
/** Is it a rule against sockets, where one may only look? */
export const isForSockets = ({ priority, action, condition }: RuleBody): boolean =>
  action.type === 'block' &&
  priority !== PRIORITY.elsewhere &&
  condition.resourceTypes?.includes('websocket') === true;

const DOCUMENT_TYPES = ['main_frame', 'sub_frame'];

/** What keeps requests from consoles that are not open to everybody. Persisted, and set before anything else. */
export function shutRules(consoles: readonly ConsoleAccess[]): RuleBody[] {
  const closed = requestsTo(hostsOf(consoles, 'none'));
  const looked = requestsTo(hostsOf(consoles, 'view'));
  return [
    ...closed.flatMap((to) => alsoMainFrame((c) => block(PRIORITY.shut, c), to)),
    ...looked.flatMap((to) => [
      ...alsoMainFrame((c) => block(PRIORITY.shut, c), { ...to, excludedRequestMethods: READ_METHODS }),
      // A socket has no method, so the rule above covers it too; this one tells that it was a socket.
      block(PRIORITY.socket, { ...to, resourceTypes: ['websocket'] }),
    ]),
    ...fromElsewhere(consoles.filter(({ base }) => base === 'change')),
  ];
}

/** Regular expressions that telling consoles apart may take; Chromium has 1,000 of them in all. */
const mostApart = 100;

/**
 * Only the pages of consoles are recorded, so other sites' may not change anything in one that is open. Forms are let
 * through, because sign-ins come back by them, and are recorded. A rule a console where the browser has room for
 * that: then it can be counted what was stopped for which.
 */
function fromElsewhere(open: readonly ConsoleAccess[]): RuleBody[] {
  const apart = open.flatMap(({ hosts }) => requestsTo(hosts));
  const all = apart.length > mostApart ? requestsTo(open.flatMap(({ hosts }) => hosts)) : apart;
  return all.flatMap((to) => [
    block(PRIORITY.elsewhere, {
      ...to,
      excludedRequestMethods: READ_METHODS,
      excludedResourceTypes: DOCUMENT_TYPES,
    }),
    block(PRIORITY.elsewhere, { ...to, resourceTypes: ['websocket'] }),
  ]);
}

/** What consoles send each other passes, and what the sites that policy names for one send it. */
function fromConsoles(open: readonly ConsoleAccess[], consoles: readonly ConsoleAccess[]): RuleBody[] {
  const from = (hosts: readonly string[]) => ({ initiatorDomains: domainsOf(hosts) });
  const ours = from(consoles.flatMap(({ hosts }) => hosts));
  return [
    ...requestsTo(open.flatMap(({ hosts }) => hosts)).map((to) =>
      allow(PRIORITY.consoles, { ...to, ...ours }),
    ),
    ...open
      .filter(({ alsoFrom }) => alsoFrom.length > 0)
      .flatMap(({ hosts, alsoFrom }) =>
        requestsTo(hosts).map((to) => allow(PRIORITY.consoles, { ...to, ...from(alsoFrom) })),
      ),
  ];
}

/**
 * In place of the exact rules for consoles whose rules the browser refused: simple, and so broad that it shuts
 * subdomains that are no console, too.
 * @param spared hosts that stay as they are: of the server and of other consoles
 */
export function broadRules(consoles: readonly ConsoleAccess[], spared: readonly string[]): RuleBody[] {
  return consoles.flatMap(({ hosts }) => {
    const to = { requestDomains: domainsOf(hosts), ...without('Request', coveredBesides(hosts, spared)) };
    return alsoMainFrame((c) => block(PRIORITY.shut, c), to);
  });
}

/**
 * What makes the rules that shut bearable, persisted: documents lead to the gate page, and what only reads passes.
 * @param gate address of the gate page; the address that was wanted goes into its fragment
 * @param missing match patterns of hosts that the browser does not allow us. A redirect there would do nothing and
 *   yet outrank the block, so it is left out (T33), and so are hosts with a dot at the end, which Firefox takes for
 *   others than those that it allows.
 */
export function easingRules(
  consoles: readonly ConsoleAccess[],
  gate: string,
  missing: readonly string[],
): RuleBody[] {
  const closed = hostsOf(consoles, 'none');
  const toGate = ['http', 'https'].flatMap((scheme, at) => {
    const allowed = closed.filter((host) => !missing.includes(matchPatterns(host)[at] ?? ''));
    return requestsTo(allowed, scheme).map(({ requestDomains = [], ...to }) => ({
      priority: PRIORITY.toGate,
      action: { type: 'redirect' as const, redirect: { regexSubstitution: `${gate}#\\0` } },
      condition: {
        ...to,
        requestDomains: requestDomains.filter((domain) => !domain.endsWith('.')),
        resourceTypes: DOCUMENT_TYPES,
      },
    }));
  });
  const looked = consoles.filter(({ base }) => base === 'view');
  return [
    ...toGate,
    ...stopped(hostsOf(looked, 'view'), gate, PRIORITY.toGate),
    ...readRules(looked, consoles, PRIORITY.reads),
    ...fromConsoles(
      consoles.filter(({ base }) => base === 'change'),
      consoles,
    ),
  ];
}

/** A form's way where one may only look; the page stops it itself as far as it can. */
const stopped = (hosts: readonly string[], gate: string, priority: number): RuleBody[] =>
  requestsTo(hosts).map((to) => ({
    priority,
    action: { type: 'redirect' as const, redirect: { regexSubstitution: `${gate}?stopped#\\0` } },
    condition: { ...to, excludedRequestMethods: READ_METHODS, resourceTypes: DOCUMENT_TYPES },
  }));

/** What one console's grant opens, and what its pages may not do in the tabs that show it. For this session only. */
export function sessionRules(
  one: ConsoleAccess,
  consoles: readonly ConsoleAccess[],
  { own, gate }: { own: string; gate: string },
): RuleBody[] {
  return [
    ...tabRules(one, consoles, own),
    ...(one.access === one.base ? [] : openRules(one, consoles, gate)),
  ];
}

function openRules(one: ConsoleAccess, consoles: readonly ConsoleAccess[], gate: string): RuleBody[] {
  const to = requestsTo(one.hosts);
  if (one.access === 'change')
    return [
      ...to.flatMap((c) => alsoMainFrame((all) => allow(PRIORITY.open, all), c)),
      ...fromElsewhere([one]),
      ...fromConsoles([one], consoles),
    ];
  return [
    // With exclusions the tab's own page counts among the types.
    ...to.map((c) =>
      allow(PRIORITY.open, { ...c, requestMethods: READ_METHODS, excludedResourceTypes: ['websocket'] }),
    ),
    // Blocked already, but by a rule that says nothing of sockets.
    ...to.map((c) => block(PRIORITY.open, { ...c, resourceTypes: ['websocket'] })),
    ...stopped(one.hosts, gate, PRIORITY.toStopped),
    ...readRules([one], consoles, PRIORITY.open),
  ];
}

/**
 * What a page that is about to be left, or may only look, sends to hosts that the policy does not name. Its own
 * host's subdomains share the condition, so it holds in the tabs that show the console and nowhere else.
 */
function tabRules(one: ConsoleAccess, consoles: readonly ConsoleAccess[], own: string): RuleBody[] {
  const { hosts, access, tabs } = one;
  if (access === 'change' || tabs.length === 0) return [];
  const others = [own, ...consoles.filter((other) => other !== one).flatMap((other) => other.hosts)];
  const from: RuleCondition = {
    tabIds: [...tabs],
    initiatorDomains: domainsOf(hosts),
    ...without('Initiator', coveredBesides(hosts, others)),
  };
  if (access === 'none') return [block(PRIORITY.byTab, from)];
  return [
    block(PRIORITY.byTab, { ...from, excludedRequestMethods: READ_METHODS }),
    block(PRIORITY.byTab, { ...from, resourceTypes: ['websocket'] }),
  ];
}

/** Consoles that read by the same request share a rule. */
function readRules(
  some: readonly ConsoleAccess[],
  consoles: readonly ConsoleAccess[],
  priority: number,
): RuleBody[] {
  const all = [...new Set(some.flatMap(({ reads }) => reads))];
  return all.map((read) => {
    const [method = '', path = ''] = read.split(' ');
    const reading = some.filter(({ reads }) => reads.includes(read));
    const hosts = reading.flatMap((one) => one.hosts);
    const others = consoles.filter((one) => !reading.includes(one)).flatMap((one) => one.hosts);
    return allow(priority, {
      regexFilter: pathRegex(path),
      isUrlFilterCaseSensitive: true,
      requestDomains: domainsOf(hosts),
      ...without('Request', coveredBesides(hosts, others)),
      requestMethods: [method.toLowerCase()],
      excludedResourceTypes: ['websocket'],
    });
  });
}

const hostsOf = (consoles: readonly ConsoleAccess[], base: AccessLevel): string[] =>
  consoles.filter((one) => one.base === base).flatMap(({ hosts }) => hosts);

/** The browser refuses an empty list. */
const without = (whose: 'Request' | 'Initiator', domains: string[]): RuleCondition =>
  domains.length === 0 ? {} : { [`excluded${whose}Domains`]: domains };

const block = (priority: number, condition: RuleCondition): RuleBody => ({
  priority,
  action: { type: 'block' },
  condition,
});
const allow = (priority: number, condition: RuleCondition): RuleBody => ({
  priority,
  action: { type: 'allow' },
  condition,
});
/** Leaving the types out means all but the tab's own page, types that are yet to be invented included. */
const alsoMainFrame = (
  make: (condition: RuleCondition) => RuleBody,
  condition: RuleCondition,
): [RuleBody, RuleBody] => [make(condition), make({ ...condition, resourceTypes: ['main_frame'] })];
