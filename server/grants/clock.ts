import type { Services } from '../context.ts';
import { endOf, isOpen } from './ending.ts';

/**
 * Ends what has run out, on time: grants at their end, grants that nobody started, requests that nobody decided.
 * One timer for the soonest of them, set anew after each change; a look every half minute covers a clock that jumped.
 */
export function startClock(services: Services): () => void {
  const { log, logger } = services;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const due = (): number => {
    let soonest = Infinity;
    for (const [, grant] of log.state.all('grant'))
      if (isOpen(grant)) soonest = Math.min(soonest, endOf(grant).at);
    for (const [, request] of log.state.all('request'))
      if (request.status === 'waiting') soonest = Math.min(soonest, request.expires);
    return soonest;
  };

  const sweep = async (): Promise<void> => {
    await log.run((draft) => {
      for (const [id, grant] of draft.state.all('grant')) {
        if (!isOpen(grant) || endOf(grant).at > draft.now) continue;
        draft.append('grant.ended', { grant: id, how: endOf(grant).how });
      }
      for (const [id, request] of draft.state.all('request')) {
        if (request.status !== 'waiting' || request.expires > draft.now) continue;
        draft.append('request.expired', { request: id });
      }
    });
  };

  const set = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const wait = Math.min(Math.max(due() - log.now(), 0), 30_000);
    timer = setTimeout(() => {
      if (due() > log.now()) {
        set();
        return;
      }
      sweep()
        .catch((error: unknown) => {
          // The log refuses to be written; what has run out stays refused all the same, because every rule looks at the time.
          logger.error({ err: error }, 'what has run out could not be logged yet');
          return new Promise((resolve) => setTimeout(resolve, 1000).unref());
        })
        .finally(set);
    }, wait).unref();
  };

  const unsubscribe = log.subscribe(set);
  set();
  return () => {
    stopped = true;
    unsubscribe();
    clearTimeout(timer);
  };
}
