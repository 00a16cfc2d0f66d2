import { browser } from './browser.ts';
import { listen } from './listen.ts';

export interface WebRequest {
  requestId: string;
  method: string;
  url: string;
  tabId: number;
  /** The browser's word for what it is for, such as `xmlhttprequest` or `ping`. */
  type: string;
  documentUrl?: string | undefined;
}

/** Of every host that the person allowed; without `requestBody`, so that no body ever comes to us (T22). */
const everywhere = { urls: ['http://*/*', 'https://*/*'] };

interface Details extends WebRequest {
  /** Chromium's name for where a request comes from. */
  initiator?: string;
}
const taken = ({ requestId, method, url, tabId, type, documentUrl, initiator }: Details): WebRequest => ({
  requestId,
  method,
  url,
  tabId,
  type,
  documentUrl: documentUrl ?? initiator,
});

/** Chromium's and Firefox's words for how a request failed, in ours. */
const failed = (error: string): string =>
  /BLOCKED_BY_CLIENT|^NS_ERROR_ABORT$/i.test(error) ? 'stopped' : 'no answer';

/** To be called in the worker's first turn. `done` gets the status, or how it failed in a word or two. */
export function onWebRequests(
  started: (request: WebRequest) => void,
  done: (request: WebRequest, outcome: string) => void,
  signal: AbortSignal,
): void {
  const { onBeforeRequest, onBeforeRedirect, onCompleted, onErrorOccurred } = browser.webRequest;
  const before = (details: Details): undefined => {
    started(taken(details));
  };
  const completed = (details: Details & { statusCode: number }): void =>
    done(taken(details), String(details.statusCode));
  // What our rules lead to a page of ours never left. Any other redirect is the console's answer.
  const redirected = (details: Details & { redirectUrl: string; statusCode: number }): void => {
    const ours = details.redirectUrl.startsWith(browser.runtime.getURL(''));
    done(taken(details), ours ? 'stopped' : String(details.statusCode));
  };
  const broken = (details: Details & { error: string }): void => done(taken(details), failed(details.error));
  const begin = (): void => {
    onBeforeRequest.addListener(before, everywhere);
    onBeforeRedirect.addListener(redirected, everywhere);
    onCompleted.addListener(completed, everywhere);
    onErrorOccurred.addListener(broken, everywhere);
  };
  const stop = (): void => {
    onBeforeRequest.removeListener(before);
    onBeforeRedirect.removeListener(redirected);
    onCompleted.removeListener(completed);
    onErrorOccurred.removeListener(broken);
  };
  begin();
  signal.addEventListener('abort', stop, { once: true });
  // Chromium hears nothing of a host that was allowed after the listener was added, until one is added again.
  const again = (): void => {
    stop();
    begin();
  };
  listen(browser.permissions.onAdded, again, signal);
}

/** Did a person press or type something in this tab within the last seconds? Undefined where the page cannot tell. */
export async function personActive(tabId: number): Promise<boolean | undefined> {
  try {
    const [answer] = await browser.scripting.executeScript({
      target: { tabId },
      injectImmediately: true,
      func: () => navigator.userActivation?.isActive,
    });
    return typeof answer?.result === 'boolean' ? answer.result : undefined;
  } catch {
    return undefined;
  }
}
