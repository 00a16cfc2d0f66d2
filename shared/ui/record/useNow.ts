import { useEffect, useState } from 'preact/hooks';

/** The time in ms since 1970 by `clock`, looked at again every `every` ms for as long as the component lives. */
export function useNow(every: number, clock: () => number = Date.now): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), every);
    return () => clearInterval(timer);
  }, [every, clock]);
  return now;
}
