import { browser } from './browser.ts';
import { listen } from './listen.ts';

/** A window of its own, without the browser's tabs: every touch happens in one, on the server's own page. */
export async function openWindow(url: string): Promise<number | undefined> {
  const opened = await browser.windows.create({ url, type: 'popup', width: 480, height: 720 });
  return opened.id;
}

export const closeWindow = (id: number): Promise<void> => browser.windows.remove(id).catch(() => undefined);

export const onWindowClosed = (closed: (id: number) => void, signal: AbortSignal): void =>
  listen(browser.windows.onRemoved, closed, signal);
