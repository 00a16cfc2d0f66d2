import type { Services } from '../context.ts';
import type { Topic } from '#shared/wire/stream.ts';
import { topicsOf } from '#shared/domain/index.ts';

/**
 * What changed is derived here, from committed entries: handlers append, and pages and browsers hear of it whoever
 * appended. Only what is no entry is told by hand, where it happens: presence, heartbeats, a pairing that was claimed,
 * sign-ins, witnesses, a policy file that was refused, the first touch of a recovery. Returns how to stop.
 */
export function tellChanges({ log, hub, logger }: Pick<Services, 'log' | 'hub' | 'logger'>): () => void {
  return log.subscribe((entries) => {
    const changed = new Set<Topic>();
    for (const { index, entry } of entries)
      try {
        for (const topic of topicsOf(entry, log.state)) changed.add(topic);
      } catch (err) {
        // The others are told all the same.
        logger.error({ err, index }, 'what an entry changes could not be derived');
      }
    hub.tell(changed);
  });
}
