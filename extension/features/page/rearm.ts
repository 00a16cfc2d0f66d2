/**
 * Calls `arm` now and again whenever the document's root is another one. `document.open()` takes away every listener
 * of window and document without a word (T19); a mutation observer on the document stays and sees the new root come.
 * `arm` must be safe to call twice.
 */
export function rearmed(arm: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(arm);
  observer.observe(document, { childList: true });
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  arm();
}
