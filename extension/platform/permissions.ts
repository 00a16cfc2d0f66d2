import { browser } from './browser.ts';

/** The match pattern of a host as policy writes it: any port, both schemes. */
export const patternsOf = (host: string): string[] => [`http://${host}/*`, `https://${host}/*`];

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
export function onHosts(changed: () => void): void {
  browser.permissions.onAdded.addListener(changed);
  browser.permissions.onRemoved.addListener(changed);
}
