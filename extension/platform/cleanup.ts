import { native } from './native.ts';

interface BrowsingData {
  remove(
    options: { origins?: string[]; hostnames?: string[]; since?: number },
    what: { serviceWorkers?: true; cacheStorage?: true; cache?: true },
  ): Promise<void>;
}

/**
 * Takes away a shut console's own service workers and caches, which could serve it without the network (T4). Cookies
 * and stored data stay: access ended, not the person's stay in the console.
 */
export async function forgetWorkers(origins: string[]): Promise<void> {
  const { browsingData } = native() as unknown as { browsingData: BrowsingData };
  if (origins.length === 0) return;
  if (import.meta.env.FIREFOX) {
    const hostnames = [...new Set(origins.map((origin) => new URL(origin).hostname))];
    await browsingData.remove({ hostnames }, { serviceWorkers: true });
    return;
  }
  await browsingData.remove({ origins }, { serviceWorkers: true, cacheStorage: true, cache: true });
}

/**
 * Drops the pages that are kept for "back" and "forward": frozen, but with their sockets open (T6, T13). Chromium
 * does so whenever anything is to be cleared from the cache, and nothing has been stored since now. Firefox keeps
 * no page with open sockets.
 */
export async function dropKeptPages(): Promise<void> {
  if (import.meta.env.FIREFOX) return;
  const { browsingData } = native() as unknown as { browsingData: BrowsingData };
  await browsingData.remove({ since: Date.now() }, { cache: true });
}
