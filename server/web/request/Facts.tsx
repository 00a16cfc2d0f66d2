import { Card, DefinitionList, MarkBadge, SafeText, Time } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { DetailText } from '../parts/DetailText.tsx';
import { levelName } from '../parts/words.ts';
import styles from '../parts/parts.module.css';

/** The request as it was asked, under a title that says who and for which console. */
export function AskedFor({ request }: { request: RequestView }) {
  const { level, seconds, browser } = request;
  return (
    <Card title="Request" aside={<Time at={request.asked} />}>
      <DefinitionList
        items={[
          { term: 'Why', value: <DetailText detail={request.justification} lines erased={request.erased} /> },
          ...(request.ticket
            ? [{ term: 'Ticket', value: <DetailText detail={request.ticket} max={200} /> }]
            : []),
          {
            term: 'Asked for',
            value: `${levelName[level]}, ${sayDuration(seconds)}${request.extends === '' ? '' : ' more in a running session'}`,
          },
          ...(request.address
            ? [{ term: 'Address', value: <DetailText detail={request.address} max={200} /> }]
            : []),
          { term: 'Browser', value: <SafeText text={browser.label} max={80} /> },
          { term: 'Policy rule', value: request.eligibility },
        ]}
      />
    </Card>
  );
}

/** Who may decide, with who is there now. */
export function WhoDecides({ request }: { request: RequestView }) {
  return (
    <Card title="Approvers" aside={request.decides === 'nobody' && <MarkBadge mark="self-approved" />}>
      {request.decides === 'nobody' ? (
        <p>No approver is needed. The engineer’s own touch opens it, and it is marked self-approved.</p>
      ) : request.deciders.length === 0 ? (
        <p>Nobody who can approve this is enrolled. An administrator can give someone that role.</p>
      ) : (
        <ul>
          {request.deciders.map((person) => (
            <li key={person.id} class={styles['who']}>
              <span class={styles['dot']} data-on={person.online} />
              <SafeText text={person.handle} max={80} />
              <span class={styles['small']}>
                {person.online ? (
                  'online'
                ) : person.since === undefined ? (
                  'never seen'
                ) : (
                  <>
                    last seen <Time at={person.since} show="relative" />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
