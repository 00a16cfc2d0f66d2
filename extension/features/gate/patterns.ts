/**
 * Hosts as the browser's rules and registrations want them. Regular expressions are RE2's. A match is exact: the
 * whole host or one label of wildcard, any port, a dot at the end and a user before it included (case 38).
 */

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);

function authority(host: string, schemes = 'https?|wss?'): string {
  const name = host.startsWith('*.') ? String.raw`[^/?#@:.]+\.${escape(host.slice(2))}` : escape(host);
  return String.raw`^(?:${schemes})://(?:[^/?#@]*@)?${name}\.?(?::[0-9]*)?`;
}

/** Covers the whole address, so that a substitution of `\0` keeps all of it. */
export const hostRegex = (host: string, schemes?: string): string =>
  String.raw`${authority(host, schemes)}(?:[/?#].*)?$`;

/** Addresses of a host with this path, or below it when it ends in a star. The query is free. */
export const readRegex = (host: string, path: string): string =>
  path.endsWith('*')
    ? String.raw`${authority(host)}${escape(path.slice(0, -1))}`
    : String.raw`${authority(host)}${escape(path)}(?:[?#].*)?$`;

/** Match patterns of a host for content scripts and permissions; a wildcard covers more, the page checks itself. */
export const matchPatterns = (host: string): string[] => [`http://${host}/*`, `https://${host}/*`];
