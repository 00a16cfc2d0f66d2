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
    <Card title="What is asked for" aside={<Time at={request.asked} />}>
      <DefinitionList
        items={[
          { term: 'Why', value: <DetailText detail={request.justification} lines erased={request.erased} /> },
          ...(request.ticket
            ? [{ term: 'Ticket', value: <DetailText detail={request.ticket} max={200} /> }]
            : []),
          {
            term: 'Asked for',
            value: `${levelName[level]}, ${sayDuration(seconds)}${request.extends === '' ? '' : ' more in a session that is running'}`,
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
    <Card title="Who decides" aside={request.decides === 'nobody' && <MarkBadge mark="self-approved" />}>
      {request.decides === 'nobody' ? (
        <p>Policy names nobody: the engineer’s own touch opens it, and it is marked so everywhere.</p>
      ) : request.deciders.length === 0 ? (
        <p>Nobody who may decide is enrolled. An administrator can give somebody that role.</p>
      ) : (
        <ul>
          {request.deciders.map((person) => (
            <li key={person.id} class={styles['who']}>
              <span class={styles['dot']} data-on={person.online} />
              <SafeText text={person.handle} max={80} />
              <span class={styles['small']}>
                {person.online ? (
                  'here now'
                ) : person.since === undefined ? (
                  'not here yet'
                ) : (
                  <>
                    last here <Time at={person.since} show="relative" />
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
