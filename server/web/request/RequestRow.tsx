import { Badge, MarkBadge, StateBadge, Time, visibleString } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { levelName, requestState } from '../parts/words.ts';
import styles from '../parts/parts.module.css';

/** One request as a line that leads to it. `mine` leaves out who asks. */
export function RequestRow({ request, mine = false }: { request: RequestView; mine?: boolean }) {
  const { person, console, level, seconds, justification, asked } = request;
  return (
    <a class={styles['row']} href={`/requests/${request.id}`}>
      <div>
        <strong>
          {!mine && (
            <>
              <bdi>{visibleString(person.handle, 80)}</bdi> ·{' '}
            </>
          )}
          <bdi>{visibleString(console.name, 80)}</bdi>
        </strong>
        <p class={styles['under']}>
          {levelName[level]} for {sayDuration(seconds)}
          {request.extends === '' ? '' : ' more'} ·{' '}
          {/* A link has no room for a button that shows the rest; the request's own page shows it whole. */}
          {justification ? <bdi>{visibleString(justification.text, 160)}</bdi> : 'Justification erased'}
        </p>
      </div>
      <div class={styles['side']}>
        {request.decides === 'nobody' && <MarkBadge mark="self-approved" />}
        {request.extends !== '' && <Badge icon="clock">More time</Badge>}
        <StateBadge state={requestState(request)} />
        <Time at={asked} show="relative" />
      </div>
    </a>
  );
}
