/**
 * The host is the unit of a console: an exact host, or one label of wildcard (`*.rabbit.example.com`).
 * Matching is exact, never by suffix or substring, so a lookalike host is another host (case 38).
 */

/** What is wrong with a host as policy writes it, as a sentence; undefined where nothing is. */
export function hostFault(pattern: string): string | undefined {
  const only = 'A console is known by its hosts alone';
  if (pattern.includes('://')) return `${only}: leave out the scheme and write ${suggestHost(pattern)}.`;
  if (/[/?#]/.test(pattern)) return `${only}: leave out the path and write ${suggestHost(pattern)}.`;
  if (pattern.includes('@')) return `${only}: leave out the user and write ${suggestHost(pattern)}.`;
  if (pattern.includes(':')) {
    return `${only}, and every port of a host is the same console: leave out the port and write ${suggestHost(pattern)}.`;
  }
  const wild = pattern.startsWith('*.');
  const rest = wild ? pattern.slice(2) : pattern;
  if (rest.includes('*')) return 'A star may stand for the first label only, as in *.rabbit.example.com.';
  if (wild && !rest.includes('.')) {
    return `*.${rest} names too much: put at least two labels after the star, as in *.rabbit.example.com.`;
  }
  if (rest.endsWith('.')) return 'Leave out the dot at the end.';
  const canonical = canonicalHost(rest);
  if (canonical === undefined) return 'This is not a host. Write one such as grafana.example.com.';
  // A browser reports hosts in this form (small letters, punycode, four decimal numbers), so policy must use it.
  if (canonical !== rest) return `Write it as browsers report it: ${wild ? '*.' : ''}${canonical}.`;
  return undefined;
}

/** The host as browsers report it; undefined where no host can be made of the text. */
function canonicalHost(text: string): string | undefined {
  try {
    const host = new URL(`http://${text}/`).hostname;
    return /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(host) && !host.includes('..') ? host : undefined;
  } catch {
    return undefined;
  }
}

function suggestHost(text: string): string {
  const bare = text.replace(/^[a-z+.-]*:\/\//i, '').replace(/^[^/]*@/, '');
  return /^[^/?#:]+/.exec(bare)?.[0] ?? 'the host';
}

/**
 * Does a pattern cover a host? The host comes from `URL.hostname`. One dot at its end is the same machine
 * under an absolute name, so it must not be a way round the gate.
 */
export function hostMatches(pattern: string, host: string): boolean {
  const plain = host.endsWith('.') ? host.slice(0, -1) : host;
  if (!pattern.startsWith('*.')) return plain === pattern;
  const dot = plain.indexOf('.');
  return dot > 0 && plain.slice(dot + 1) === pattern.slice(2);
}

/** Could one host be covered by both patterns? */
export function hostsOverlap(a: string, b: string): boolean {
  // Two wildcards of one label meet only where they are the same; a wildcard meets an exact host that it covers.
  return a === b || hostMatches(a, b) || hostMatches(b, a);
}
