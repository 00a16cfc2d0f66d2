import { native } from './native.ts';

interface BrowsingData {
  remove(
    options: { origins?: string[]; hostnames?: string[] },
    what: { serviceWorkers: true; cacheStorage?: true; cache?: true },
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
