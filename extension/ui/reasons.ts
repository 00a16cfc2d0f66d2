import type { Status } from '../platform/status.ts';

/** Why the extension needs a host: said wherever it is asked for or missing. */
interface HostReason {
  host: string;
  reason: string;
}

/** Hosts of missing match patterns, each once, with what it is for. */
export function missingReasons(status: Pick<Status, 'missing' | 'consoles' | 'server'>): HostReason[] {
  const hosts = [...new Set(status.missing.map(hostOf))];
  return hosts.map((host) => {
    if (status.server !== '' && host === new URL(status.server).hostname) {
      return { host, reason: 'Countersign server: needed to request and open access.' };
    }
    const found = status.consoles.find(({ hosts: known }) => known.includes(host));
    const name = found?.name ?? 'A console';
    return { host, reason: `${name}: to open it only with access, and to record what is done there.` };
  });
}

/** `https://grafana.example.com/*` → `grafana.example.com`. */
const hostOf = (pattern: string): string => /^[^:]+:\/\/([^/]+)\//.exec(pattern)?.[1] ?? pattern;
