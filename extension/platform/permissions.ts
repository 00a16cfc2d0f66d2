import { browser } from './browser.ts';
import { listen } from './listen.ts';

/** Asks the person for hosts. Only from a click in one of our pages: a worker may not. */
export const requestHosts = (patterns: string[]): Promise<boolean> =>
  browser.permissions.request({ origins: patterns });

/** Which of these are not allowed to us now. */
export async function missingHosts(patterns: string[]): Promise<string[]> {
  if (await browser.permissions.contains({ origins: patterns })) return [];
  const have = await Promise.all(
    patterns.map((pattern) => browser.permissions.contains({ origins: [pattern] })),
  );
  return patterns.filter((_, at) => !have[at]);
}

/** Calls after hosts were granted or taken away. */
export function onHosts(changed: () => void, signal: AbortSignal): void {
  listen(browser.permissions.onAdded, changed, signal);
  listen(browser.permissions.onRemoved, changed, signal);
}
