import { useEffect, useState } from 'preact/hooks';

/** The time in ms since 1970 by `clock`, looked at again every `every` ms for as long as the component lives. */
export function useNow(every: number, clock: () => number = Date.now): number {
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((times) => times + 1), every);
    return () => clearInterval(timer);
  }, [every]);
  // Read at each drawing, not at the last tick: else what has come since would seem to lie ahead.
  return clock();
}
