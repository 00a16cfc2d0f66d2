import type { RuleCondition } from '../../platform/rules.ts';

/**
 * Hosts as the browser's rules and registrations want them. A domain condition carries any number of hosts but covers
 * their subdomains too; a regular expression counts labels but is dear (Chromium takes 1,000 of them, 2 KB each
 * compiled). Together they are exact and cheap: one rule for all hosts with equally many labels.
 */

/** `*.a.test` stands for all of a.test with three labels. */
const domainOf = (host: string): string => (host.startsWith('*.') ? host.slice(2) : host);

/** Chromium takes a dot at the end of a host for the same domain, Firefox for another. */
export const domainsOf = (hosts: readonly string[]): string[] =>
  hosts.flatMap((host) => [domainOf(host), `${domainOf(host)}.`]);

/** Is one of them a domain above the host, or the host itself? */
const above = (domain: string, host: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** Those of `others` that a domain condition for `hosts` would cover too. */
export const coveredBesides = (hosts: readonly string[], others: readonly string[]): string[] =>
  domainsOf(others.filter((other) => hosts.some((host) => above(domainOf(host), domainOf(other)))));

/** Addresses whose host has so many labels: any port, a dot at the end and a user before it included (case 38). */
export const labelsRegex = (labels: number, schemes = '(?:http|ws)s?'): string => {
  const host = Array<string>(labels)
    .fill('[^./:-@]+')
    .join(String.raw`\.`);
  // Covers the whole address, so that a substitution of `\0` keeps all of it.
  return String.raw`^${schemes}://(?:[^/]*@)?${host}\.*(?::[0-9]*)?/.*`;
};

/** Requests to exactly these hosts: one condition for each number of labels. Empty for no hosts. */
export function requestsTo(hosts: readonly string[], schemes?: string): RuleCondition[] {
  const byLabels = Map.groupBy(hosts, (host) => host.split('.').length);
  return [...byLabels].map(([labels, some]) => ({
    regexFilter: labelsRegex(labels, schemes),
    requestDomains: domainsOf(some),
  }));
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\-]/g, String.raw`\$&`);

/** Addresses with this path, or below it when it ends in a star. The query is free, the host is not looked at. */
export const pathRegex = (path: string): string =>
  path.endsWith('*')
    ? `^[a-z]+://[^/]+${escape(path.slice(0, -1))}`
    : `^[a-z]+://[^/]+${escape(path)}(?:[?#]|$)`;
