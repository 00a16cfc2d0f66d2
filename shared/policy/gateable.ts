import type { PolicyFault } from './check.ts';
import { hostMatches } from './hosts.ts';
import type { Policy } from './schema.ts';

/**
 * Can browsers gate what a policy names? Asked before a file is taken. A policy that the log holds is read all the same:
 * its meaning does not hang on what browsers take. The numbers are what Chromium and Firefox were seen to take; one more
 * is refused by one of them (e2e/traps/rules.spec.ts).
 */
export const most = {
  /** Labels of a host, which a rule counts; a star is one. */
  labels: 12,
  /** Characters of the path of a read, without the star. */
  path: 99,
  /** Reads of one console: each is a rule of its own while it is open to view. */
  reads: 100,
  /** Different reads of all consoles, each a rule. */
  allReads: 400,
  /** Hosts of all consoles. */
  hosts: 2000,
  /** Consoles that name other sites, each with rules of its own. */
  alsoFrom: 50,
} as const;

/** @param own the host of the server itself; a console there would shut the companion with it */
export function checkGateable(policy: Policy, own: string): PolicyFault[] {
  const reads = new Set<string>();
  let hosts = 0;
  let naming = 0;
  return Object.entries(policy.consoles).flatMap(([id, entry]) => {
    const at = (...rest: (string | number)[]) => ['consoles', id, ...rest];
    const ofHosts = entry.hosts.flatMap((host, index): PolicyFault[] => {
      hosts += 1;
      const message = hostTrouble(id, host, own) ?? (hosts === most.hosts + 1 ? tooManyHosts : undefined);
      return message === undefined ? [] : [{ path: at('hosts', index), message }];
    });
    const ofReads = (entry.reads ?? []).flatMap((read, index): PolicyFault[] => {
      const before = reads.size;
      reads.add(read);
      const more = reads.size > before && reads.size === most.allReads + 1;
      const message =
        readTrouble(read) ??
        (index === most.reads ? tooManyReads(id) : more ? tooManyDifferentReads : undefined);
      return message === undefined ? [] : [{ path: at('reads', index), message }];
    });
    if (entry['also-from']?.length) naming += 1;
    const ofSites =
      naming === most.alsoFrom + 1 && entry['also-from']?.length
        ? [{ path: at('also-from'), message: tooManySites }]
        : [];
    return [...ofHosts, ...ofReads, ...ofSites];
  });
}

const tooManyHosts = `A policy names ${most.hosts} hosts at most, because every browser carries them all. Use a star for hosts of one kind, as in *.rabbit.example.com.`;
const tooManySites = `More than ${most.alsoFrom} consoles name other sites; browsers keep rules for each. Name them for fewer.`;
const tooManyReads = (id: string): string =>
  `The console "${id}" lists more than ${most.reads} reads; browsers keep a rule for each. End paths with a star to say several in one.`;
const tooManyDifferentReads = `The consoles list more than ${most.allReads} different reads in all; browsers take 1,000 such rules. End paths with a star to say several in one.`;

function hostTrouble(id: string, host: string, own: string): string | undefined {
  if (hostMatches(host, own))
    return `The console "${id}" covers ${own}, where this server itself lives. Give it another host.`;
  const labels = host.split('.').length;
  if (labels <= most.labels) return undefined;
  return `This host has ${labels} labels between its dots; browsers' rules tell hosts apart by ${most.labels} at most. Gate a shorter name for it.`;
}

function readTrouble(read: string): string | undefined {
  const [method = '', written = ''] = read.split(' ');
  const star = written.endsWith('*');
  const path = star ? written.slice(0, -1) : written;
  const { pathname } = new URL(`http://host${path}`);
  if (pathname !== path) {
    const query = /[?#]/.test(path) ? ' A query is free, so leave it out.' : '';
    return `Browsers never send this path, so it would allow nothing.${query} Write "${method} ${pathname}${star ? '*' : ''}".`;
  }
  if (path.length <= most.path) return undefined;
  return `This path has ${path.length} characters; Chromium's rules take ${most.path}. End it earlier with a star, where everything below only reads.`;
}
