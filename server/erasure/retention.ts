import { NO_SALT } from '../log/index.ts';
import type { Services } from '../context.ts';
import { isOpen } from '../grants/index.ts';
import { entryOfDetail } from './texts.ts';

/** How often it looks, and how soon it goes on where more is due than one run takes; in ms. */
const every = 3_600_000;
const soon = 10_000;
/** Details that one run erases at most, so that nobody waits long for the writer. */
const most = 10_000;

/** The first entry that is not older than `cutoff`, ms: times in a log never go back. */
function firstSince({ log }: Services, cutoff: number): number {
  let [low, high] = [0, log.size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log.entry(middle).time <= cutoff) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first entry of what is not over yet: nothing that somebody may still have to read is erased. */
function firstOpen({ log }: Services): number {
  let first = Infinity;
  for (const [, request] of log.state.all('request'))
    if (request.status === 'waiting') first = Math.min(first, ...request.entries);
  for (const [, grant] of log.state.all('grant'))
    if (isOpen(grant)) first = Math.min(first, ...(log.state.get('request', grant.request)?.entries ?? [0]));
  return first;
}

/**
 * Erases what policy does not keep any longer, in one entry; returns whether more is due. Nothing is written where no
 * detail is left to erase.
 */
export async function eraseOld(services: Services): Promise<boolean> {
  const { log, policy } = services;
  const { retention } = policy.current.policy;
  if (retention === undefined || log.size === 0 || !log.health.ok) return false;
  const due = Math.min(firstSince(services, log.now() - retention * 1000), firstOpen(services));
  if ((await entryOfDetail(services, due, 0)) === undefined) return false;
  const next = await entryOfDetail(services, due, most);
  const below = next === undefined ? due : next + 1;
  await log.run((draft) => {
    draft.append('detail.erased', { how: 'retention', below, policy: policy.current.hash });
    draft.erase({ below });
  });
  return next !== undefined;
}

/** What the log says was erased and is there all the same, as after a restored copy of the database, goes again. */
export async function eraseAgain(services: Services): Promise<void> {
  const { log } = services;
  if (!log.health.ok) return;
  for (const [, { below, entries }] of log.state.all('erasure')) {
    const isThere =
      below === undefined
        ? (await services.db
            .selectFrom('details')
            .select('entry')
            .where('entry', 'in', entries ?? [])
            .where('salt', '<>', NO_SALT)
            .executeTakeFirst()) !== undefined
        : (await entryOfDetail(services, below, 0)) !== undefined;
    if (isThere)
      await log.run((draft) => draft.erase(below === undefined ? { entries: entries ?? [] } : { below }));
  }
}

/** Runs both at start, and the first every hour. Returns how to stop. */
export function startRetention(services: Services): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    let more = false;
    try {
      more = await eraseOld(services);
    } catch (err) {
      services.logger.error({ err }, 'details that policy does not keep could not be erased yet');
    }
    if (!stopped) timer = setTimeout(() => void look(), more ? soon : every).unref();
  };
  void eraseAgain(services)
    .catch((err: unknown) => services.logger.error({ err }, 'logged erasures could not be applied again'))
    .then(look);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
