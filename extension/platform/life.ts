import { browser } from './browser.ts';
import { listen } from './listen.ts';

/** Calls at the browser's start and after an install or an update. The worker's own start is its first line. */
export function onStart(started: () => void, signal: AbortSignal): void {
  listen(browser.runtime.onStartup, started, signal);
  listen(browser.runtime.onInstalled, started, signal);
}

/** Calls when the machine has a network again. */
export const onOnline = (back: () => void, signal: AbortSignal): void =>
  addEventListener('online', back, { signal });

/** Which browser this is, for the label that a person reads beside the pairing. */
export async function browserLabel(): Promise<string> {
  const { os } = await browser.runtime.getPlatformInfo();
  const systems: Record<string, string> = { mac: 'macOS', win: 'Windows', linux: 'Linux', cros: 'ChromeOS' };
  const agent = navigator.userAgent;
  const [, name, version] =
    /(Firefox|Edg|Chrome)\/(\d+)/.exec(agent.replace(/Chrome\/\d+(?=.*Edg)/, '')) ?? [];
  const known: Record<string, string> = { Edg: 'Edge', Chrome: 'Chromium' };
  return `${known[name ?? ''] ?? name ?? 'Browser'} ${version ?? ''} on ${systems[os] ?? os}`;
}
