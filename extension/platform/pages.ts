import { browser } from './browser.ts';

/** What the extension's own pages need of tabs. */

/** One of our own pages that a person may be sent to, with its fragment. */
export type OwnPage = `form.html#${string}` | `pair.html#${string}`;

/** Opens one of our pages, or the companion, in a new tab. */
export async function openPage(address: OwnPage | `http${string}`): Promise<void> {
  const url = address.startsWith('http') ? address : browser.runtime.getURL(`/${address}`);
  await browser.tabs.create({ url });
}

/** Address of the tab that the popup was opened over; empty where the browser does not tell. */
export async function activeAddress(): Promise<string> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.url ?? '';
}

/** Closes the tab that this page is in; the browser then goes back to the one it was opened from. */
export async function closeTab(): Promise<void> {
  const own = await browser.tabs.getCurrent();
  if (own?.id !== undefined) await browser.tabs.remove(own.id);
}
