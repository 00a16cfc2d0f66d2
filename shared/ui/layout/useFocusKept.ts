import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

const headings = 'h1, h2, h3';

/** The first heading in what came, else the nearest around it. */
function headingIn(came: readonly Element[], stayed: Element, within: Element): Element {
  for (const element of came) {
    const heading = element.matches(headings) ? element : element.querySelector(headings);
    if (heading) return heading;
  }
  let at: Element | null = stayed;
  while (at && at !== within && !at.querySelector(headings)) at = at.parentElement;
  return at?.querySelector(headings) ?? within;
}

/**
 * Keeps the keyboard, and the screen reader with it, where the work goes on: when the element that had the focus goes
 * away within this one and nothing else takes it, the heading of what came in its place does.
 */
export function useFocusKept(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const within = root.current;
    if (!within) return undefined;
    const page = within.ownerDocument;
    /** What had the focus last, and all that it stood in. */
    let path: Element[] = [];
    const remember = ({ target }: FocusEvent): void => {
      path = [];
      for (let at = target as Element | null; at && within.contains(at); at = at.parentElement) path.push(at);
    };
    const observer = new MutationObserver((records) => {
      if (path[0] === undefined || path[0].isConnected) return;
      const stayed = path.find((element) => element.isConnected) ?? within;
      path = [];
      if (page.activeElement !== null && page.activeElement !== page.body) return;
      const came = records
        .flatMap(({ addedNodes }) => [...addedNodes])
        .filter((node) => node instanceof Element && node.isConnected && stayed.contains(node));
      const heading = headingIn(came as Element[], stayed, within);
      if (!(heading instanceof HTMLElement)) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    });
    observer.observe(within, { childList: true, subtree: true });
    within.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      within.removeEventListener('focusin', remember);
    };
  }, [root]);
}
