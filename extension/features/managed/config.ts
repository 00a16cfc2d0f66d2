import { z } from 'zod';
import { hostFault } from '#shared/policy/hosts.ts';
import { hash } from '#shared/domain/primitives.ts';
import type { Managed } from '../state/index.ts';
import { isServerOrigin } from '../../platform/server-origin.ts';

const server = z.string().refine(isServerOrigin);
const genesis = hash.regex(/^[\w-]{43}$/);
const host = z.string().refine((text) => hostFault(text) === undefined);
const known = ['server', 'genesis', 'hosts'];

/** Reads what a policy says; undefined where it says nothing. Pure. */
export function readConfiguration(raw: Record<string, unknown>): Managed | undefined {
  const names = Object.keys(raw);
  if (names.length === 0) return undefined;
  const named = z.array(z.unknown()).safeParse(raw['hosts']).data ?? [];
  const hosts = named.flatMap((one) => host.safeParse(one).data ?? []);
  const odd = named.find((one) => !host.safeParse(one).success);
  const unknown = names.find((name) => !known.includes(name));
  const found = {
    server: server.safeParse(raw['server']).data,
    genesis: genesis.safeParse(raw['genesis']).data,
  };
  const faults = [
    found.server === undefined && 'server must be an origin such as https://countersign.example.com.',
    found.genesis === undefined &&
      'genesis must be the 43 characters that the server prints as its genesis hash.',
    named.length === 0 && 'hosts must be a list of the consoles’ hosts.',
    odd !== undefined &&
      `hosts: ${typeof odd === 'string' ? `${odd}: ${hostFault(odd) ?? ''}` : 'each must be a string.'}`,
    unknown !== undefined && `Unknown setting “${unknown}”.`,
  ];
  return {
    server: found.server ?? '',
    genesis: found.genesis ?? '',
    hosts: [...new Set(hosts)],
    fault: faults.filter((one) => one !== false).join(' '),
  };
}
