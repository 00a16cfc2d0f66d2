/**
 * Hides the page before its first paint. The layout stays as it is, so a page that measures itself while it is
 * hidden comes out right. A page that must not show is left; this only bridges the moment until that is known.
 */
const hidden = { visibility: 'hidden', opacity: '0', 'clip-path': 'inset(100%)' } as const;

export function makeCover(): { on(): void; off(): void } {
  const covered = new Set<HTMLElement>();
  const hide = () => {
    // A page can name an element `documentElement`; it is then not the root that we get (T3).
    const root: unknown = document.documentElement;
    if (!(root instanceof HTMLElement)) return;
    for (const [name, value] of Object.entries(hidden)) root.style.setProperty(name, value, 'important');
    covered.add(root);
  };
  // document.open() puts another root in the place of the covered one.
  const again = new MutationObserver(hide);
  return {
    on() {
      hide();
      again.observe(document, { childList: true });
    },
    off() {
      again.disconnect();
      for (const root of covered) {
        for (const name of Object.keys(hidden)) root.style.removeProperty(name);
        if (root.getAttribute('style') === '') root.removeAttribute('style');
      }
      covered.clear();
    },
  };
}
