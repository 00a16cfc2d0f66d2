import type { Browser } from 'webextension-polyfill';

/**
 * The browser's own promise API, without the polyfill, for code that also runs in a console's page. Firefox has it
 * as `browser`. Chromium has it as `chrome`, and there `browser` must not be touched: a page can make an element
 * with that id, and the name then means the element even in our isolated world (T3).
 */
export function native(): Browser {
  const { browser, chrome } = globalThis as unknown as { browser: Browser; chrome: Browser };
  return import.meta.env.FIREFOX ? browser : chrome;
}

/** Does this context still belong to a living extension? False in pages left over from before an update. */
export function alive(): boolean {
  try {
    return typeof native().runtime.id === 'string';
  } catch {
    return false;
  }
}
