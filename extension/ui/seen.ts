/**
 * Is a control really on screen, uncovered, when it is pressed? A page may lay something over our form that lets
 * clicks through (T17). Where the browser can tell (IntersectionObserver v2), a press counts only while it says so;
 * elsewhere this says yes, and a page has gained no more than a request that an approver still reads.
 */
export interface Seen {
  /** Uncovered at the last look, at most about 100 ms ago. */
  now: () => boolean;
  stop: () => void;
}

interface WatchedEntry extends IntersectionObserverEntry {
  isVisible?: boolean;
}

/** Watches `target`. The browser must be able to say "covered", or the answer is always yes. */
export function watchSeen(target: Element): Seen {
  if (!('IntersectionObserverEntry' in globalThis) || !('isVisible' in IntersectionObserverEntry.prototype)) {
    return { now: () => true, stop: () => undefined };
  }
  let seen = false;
  const look = (entries: readonly WatchedEntry[]): void => {
    const last = entries.at(-1);
    // A long form may be scrolled: what counts is that nothing lies over the part that shows.
    seen = last?.isVisible === true && last.intersectionRatio > 0;
  };
  const options: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
    trackVisibility: true,
    delay: 100,
    threshold: [0, 0.25, 0.5, 0.75, 1],
  };
  const observer = new IntersectionObserver(look, options);
  observer.observe(target);
  return {
    now: () => {
      const waiting = observer.takeRecords();
      if (waiting.length > 0) look(waiting);
      return seen;
    },
    stop: () => observer.disconnect(),
  };
}
