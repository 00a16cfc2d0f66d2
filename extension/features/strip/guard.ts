/** A page that takes our element away, hides or covers it. */

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
