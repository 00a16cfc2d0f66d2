import { hostFault, hostMatches } from '#shared/policy/hosts.ts';
import { isServerOrigin } from '../platform/server-origin.ts';

/** What the fragments of our pages' addresses say. Every one of them may come from a hostile page. Pure. */

interface Known {
  id: string;
  hosts: string[];
}

/** Where a gate page stands: a console and the address first asked for, or why it refuses. */
export type GatePlace<C extends Known> =
  | { refused: false; console: C; address: string }
  | { refused: true; why: 'not-an-address' | 'not-a-console' };

/**
 * `gate.html#<address>`: an http(s) address of a known console, else refused (T32). Hosts match exactly, so a
 * lookalike is another host (case 38). A name or password in the address is left out: it would only mislead.
 */
export function gatePlace<C extends Known>(fragment: string, consoles: readonly C[]): GatePlace<C> {
  const url = parse(fragment.replace(/^#/, ''));
  if (!url) return { refused: true, why: 'not-an-address' };
  url.username = '';
  url.password = '';
  const found = consoles.find(({ hosts }) => hosts.some((host) => hostMatches(host, url.hostname)));
  if (!found) return { refused: true, why: 'not-a-console' };
  return { refused: false, console: found, address: url.href };
}

/**
 * `form.html#<console>`, for more time `form.html#<console>|<grant>`, and to change what may only be looked at
 * `form.html#<console>|change`. Undefined where it is none of them.
 */
export function formPlace(fragment: string): { console: string; grant: string; raise: boolean } | undefined {
  // Nothing that could pass for words: which consoles there are, the status says. The form of ids would bring zod along.
  const [, console, what = ''] = /^#([a-z0-9-]{1,63})(?:\|([\w-]{22}|change)?)?$/.exec(fragment) ?? [];
  if (console === undefined) return undefined;
  return { console, grant: what === 'change' ? '' : what, raise: what === 'change' };
}

/**
 * May the form of a console with these hosts stand in this frame? Our script puts it into the tab's own page of that
 * console and nowhere else (case 42). `around`: origins of the pages around it, innermost first, or undefined where
 * the browser does not tell; the worker then judges each press by itself.
 */
export const belongsIn = (hosts: readonly string[], around: readonly string[] | undefined): boolean =>
  around === undefined ||
  (around.length === 1 &&
    around.every((origin) => {
      const hostname = parse(origin)?.hostname ?? '';
      return hosts.some((host) => hostMatches(host, hostname));
    }));

/** What a pairing address names. `server` is an origin; `hosts` are policy's consoles. */
export interface PairPlace {
  server: string;
  ticket: string;
  hosts: string[];
}

/**
 * `pair.html#<server origin>|<ticket>|<host,host>`. Undefined where a part is missing or not in its form: an origin
 * that is https or on this machine, a ticket of 32 bytes, hosts without scheme, path or port.
 */
export function pairPlace(fragment: string): PairPlace | undefined {
  let text: string;
  try {
    text = decodeURIComponent(fragment.replace(/^#/, ''));
  } catch {
    return undefined;
  }
  const [server = '', ticket = '', named = '', ...more] = text.split('|');
  const hosts = [...new Set(named.split(',').filter(Boolean))];
  if (more.length > 0 || !isServerOrigin(server)) return undefined;
  if (
    !/^[\w-]{43}$/.test(ticket) ||
    hosts.length > 200 ||
    hosts.some((host) => hostFault(host) !== undefined)
  ) {
    return undefined;
  }
  return { server, ticket, hosts };
}

/** A companion's page that waits to pair, `<origin>/pair#<ticket>|<hosts>`, as a pairing place. */
export function companionPlace(address: string): PairPlace | undefined {
  const url = parse(address);
  if (!url || url.pathname !== '/pair') return undefined;
  return pairPlace(`#${url.origin}|${url.hash.slice(1)}`);
}

/** The fragment for {@link pairPlace}. */
export const pairFragment = ({ server, ticket, hosts }: PairPlace): string =>
  `#${server}|${ticket}|${hosts.join(',')}`;

function parse(text: string): URL | undefined {
  if (!/^https?:\/\//.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
