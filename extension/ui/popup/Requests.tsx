import { Badge, Button, CopyButton, MarkBadge, StateBadge, Time } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { Status } from '../../platform/status.ts';
import { useSend } from '../useSend.ts';
import { levels } from '../words.ts';
import styles from './popup.module.css';

/** Requests that wait: for somebody's decision, or for the person's own touch. */
export function Requests({ requests, status }: { requests: readonly RequestView[]; status: Status }) {
  return (
    <section aria-labelledby="asked">
      <h2 id="asked" class={styles['section']}>
        {' '}
        Requests{' '}
      </h2>
      <ul class={styles['list']}>
        {requests.map((request) => (
          <Asked key={request.id} request={request} status={status} />
        ))}
      </ul>
    </section>
  );
}

function Asked({ request, status }: { request: RequestView; status: Status }) {
  const { run, busy, failure } = useSend('activate');
  const own = request.decides === 'nobody' && request.status === 'waiting';
  const ready = own || request.status === 'approved';
  const online = request.deciders.filter((decider) => decider.online).length;
  const activating = status.activating === request.id;
  return (
    <li class={styles['asked']}>
      <div class={styles['what']}>
        <h3>{request.console.name}</h3>
        {own ? <MarkBadge mark="self-approved" /> : <StateBadge state={ready ? 'approved' : 'waiting'} />}
      </div>
      <p class={styles['small']}>
        {levels[request.level].label}, {sayDuration(request.seconds)}
        {request.extends !== '' && ' more'} · requested <Time at={request.asked} show="relative" />
      </p>
      {failure && (
        <p class={styles['fault']} role="alert">
          {failure.sentence}
        </p>
      )}
      {ready ? (
        <Button
          kind={activating ? 'secondary' : 'primary'}
          icon="key"
          wide
          busy={busy}
          onClick={() => void run({ request: request.id })}
        >
          {activating ? 'Show the window again' : 'Start with your key'}
        </Button>
      ) : (
        <div class={styles['actions']}>
          <Badge tone={online > 0 ? 'open' : 'plain'}>
            {online === 0
              ? 'No approver online'
              : `${online} ${online === 1 ? 'approver' : 'approvers'} online`}
          </Badge>
          <CopyButton
            text={`${status.server}/requests/${request.id}`}
            label="Copy link"
            what="for an approver"
          />
        </div>
      )}
    </li>
  );
}
