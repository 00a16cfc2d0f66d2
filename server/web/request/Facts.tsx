import { Card, DefinitionList, MarkBadge, ModeBadge, Row, SafeText, Stack, Time } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import type { RequestView } from '#shared/wire/views.ts';
import { DetailText } from '../parts/DetailText.tsx';
import styles from '../parts/parts.module.css';
import { levelMeans, levelName } from '../parts/words.ts';

/** Who asks for what, and why: the request as it was asked. */
export function AskedFor({ request }: { request: RequestView }) {
  const { person, console, mode, level, seconds, browser } = request;
  return (
    <Card title="What is asked for" aside={<Time at={request.asked} />}>
      <DefinitionList
        items={[
          { term: 'Why', value: <DetailText detail={request.justification} lines /> },
          ...(request.ticket
            ? [{ term: 'Ticket', value: <DetailText detail={request.ticket} max={200} /> }]
            : []),
          { term: 'Who', value: <SafeText text={person.handle} max={80} /> },
          {
            term: 'Console',
            value: (
              <Row>
                <SafeText text={console.name} max={80} />
                <ModeBadge mode={mode} />
              </Row>
            ),
          },
          { term: 'Level', value: `${levelName[level]}: ${levelMeans[level].toLowerCase()}` },
          {
            term: 'For',
            value: `${sayDuration(seconds)}${request.extends === '' ? '' : ' more, in a session that is running'}`,
          },
          ...(request.address
            ? [{ term: 'Address', value: <DetailText detail={request.address} max={200} /> }]
            : []),
          { term: 'Browser', value: <SafeText text={browser.label} max={80} /> },
        ]}
      />
    </Card>
  );
}

/** The rule that lets it be asked, and who may decide, with who is there now. */
export function WhoDecides({ request }: { request: RequestView }) {
  return (
    <Card title="Who decides" aside={request.decides === 'nobody' && <MarkBadge mark="nobody-decided" />}>
      <Stack gap={3}>
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
                    'not here'
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
        <p class={styles['small']}>
          Allowed by the policy rule <strong>{request.eligibility}</strong>.
        </p>
      </Stack>
    </Card>
  );
}
