interface VisibilityEntry extends IntersectionObserverEntry {
  isVisible?: boolean;
}

/**
 * Is an element really on screen with nothing painted over it, at most about 100 ms ago (T17)? A page may lay something
 * over our strip or form that lets clicks through. Only Chromium can tell (IntersectionObserver v2); elsewhere the
 * answer is always yes, and a stolen click has won no more than a request that an approver still reads, or an end.
 */
export function watchVisible(element: Element, signal: AbortSignal): () => boolean {
  if (
    typeof IntersectionObserverEntry === 'undefined' ||
    !('isVisible' in IntersectionObserverEntry.prototype)
  )
    return () => true;
  let visible = false;
  const take = (entries: VisibilityEntry[]): void => {
    const latest = entries.at(-1);
    // A long form may be scrolled: what counts is that nothing lies over the part that shows.
    if (latest) visible = latest.isVisible === true && latest.intersectionRatio > 0;
  };
  const options: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
    trackVisibility: true,
    delay: 100,
    threshold: [0, 0.25, 0.5, 0.75, 1],
  };
  const observer = new IntersectionObserver(take, options);
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  return () => {
    take(observer.takeRecords());
    return visible;
  };
}
