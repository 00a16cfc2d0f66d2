/** A page that takes our element away, hides or covers it. */

/** So many times within `WINDOW` is a fight, and the page wins nothing by it (T35). */
export const MOST = 20;
const WINDOW = 60_000;

/**
 * Counts tampering: true at the `MOST`th time within a minute, when fighting back is to stop. `now` in ms.
 */
export function tamperCount(most = MOST): (now: number) => boolean {
  let times: number[] = [];
  return (now) => {
    times = [...times.filter((one) => now - one < WINDOW), now];
    return times.length >= most;
  };
}

/**
 * Keeps `host` in the document and free of whatever the page does to it. `tampered` hears of each repair; when it
 * answers true, the guard gives up.
 */
export function guard(host: HTMLElement, tampered: () => boolean, signal: AbortSignal): void {
  const observer = new MutationObserver(repair);
  const watch = (): void => {
    observer.disconnect();
    observer.observe(document, { childList: true });
    const root: unknown = document.documentElement;
    if (!(root instanceof HTMLElement)) return;
    observer.observe(root, { childList: true });
    observer.observe(host, { attributes: true });
  };
  const put = (): void => {
    const root: unknown = document.documentElement;
    if (root instanceof HTMLElement && host.parentNode !== root) root.append(host);
  };
  function repair(): void {
    // A new root after document.open() is no attack on us: the page has simply started over.
    const root: unknown = document.documentElement;
    const away = host.parentNode !== root;
    const attributes = host.getAttributeNames();
    if (!away && attributes.length === 0) return watch();
    if (!(root instanceof HTMLElement)) return watch();
    if ((attributes.length > 0 || root === last) && tampered()) return observer.disconnect();
    last = root;
    for (const name of attributes) host.removeAttribute(name);
    put();
    watch();
  }
  let last: unknown = document.documentElement;
  put();
  watch();
  signal.addEventListener(
    'abort',
    () => {
      observer.disconnect();
      host.remove();
    },
    { once: true },
  );
}

interface Seen extends IntersectionObserverEntry {
  isVisible?: boolean;
}

/**
 * Is an element really on screen with nothing painted over it (T17)? Only Chromium can tell; elsewhere the answer is
 * always yes, and a stolen click opens a form that still has to be written, or ends access.
 */
export function watchVisible(element: Element, signal: AbortSignal): () => boolean {
  if (
    typeof IntersectionObserverEntry === 'undefined' ||
    !('isVisible' in IntersectionObserverEntry.prototype)
  )
    return () => true;
  let visible = false;
  const options: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
    trackVisibility: true,
    delay: 100,
    threshold: [0, 0.9],
  };
  const take = (entries: Seen[]): void => {
    const latest = entries.at(-1);
    if (latest) visible = latest.isVisible === true;
  };
  const observer = new IntersectionObserver(take, options);
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  return () => {
    take(observer.takeRecords());
    return visible;
  };
}
