import {
  Card,
  Countdown,
  DefinitionList,
  LinkButton,
  Row,
  SafeText,
  Stack,
  StateBadge,
  Time,
} from '#shared/ui/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { DetailText } from '../parts/DetailText.tsx';
import { endedWords, keyKind, lapsedWords, levelName, requestState } from '../parts/words.ts';
import { serverNow } from '../state/clock.ts';

const happened = {
  waiting: 'No decision yet.',
  approved: 'Approved.',
  denied: 'Denied.',
  withdrawn: 'Withdrawn by the engineer.',
  expired: 'It expired without a decision. A new request is needed.',
} as const;

/** How a request was decided, by whom and with which key, and what became of its grant. */
export function Outcome({ request }: { request: RequestView }) {
  const { decidedBy, decidedAt, decidedWith, reason, grant, lapsedHow, lapsedAt, lapsedBy } = request;
  const items = [
    decidedBy && { term: 'By', value: <SafeText text={decidedBy.handle} max={80} /> },
    decidedAt !== undefined && { term: 'When', value: <Time at={decidedAt} /> },
    lapsedBy && { term: 'By', value: <SafeText text={lapsedBy.handle} max={80} /> },
    lapsedAt !== undefined && { term: 'When', value: <Time at={lapsedAt} /> },
    decidedWith && {
      term: 'Signed with',
      value: (
        <>
          <SafeText text={decidedWith.label} max={80} /> ({keyKind[decidedWith.kind].words.toLowerCase()})
        </>
      ),
    },
    request.status === 'denied' && { term: 'Reason', value: <DetailText detail={reason} lines /> },
    grant && { term: 'Level', value: levelName[grant.level] },
    grant && grant.status !== 'ended' && { term: 'Until', value: <Time at={grant.until} /> },
    grant?.status === 'running' && {
      term: 'Left',
      value: <Countdown until={grant.until} clock={serverNow} />,
    },
    grant?.endedHow && { term: 'Ended', value: endedWords[grant.endedHow] },
    grant?.endedBy && { term: 'Ended by', value: <SafeText text={grant.endedBy.handle} max={80} /> },
    grant?.reason !== undefined && {
      term: 'Reason',
      value: <DetailText detail={grant.reason} lines />,
      key: 'ended',
    },
  ].filter((item) => item !== undefined && item !== false);
  return (
    <Card
      title="Outcome"
      aside={<StateBadge state={requestState(request)} />}
      {...(request.status === 'denied' && { tone: 'shut' })}
      {...(grant?.status === 'running' && { tone: 'open' })}
    >
      <Stack>
        <p>{lapsedHow ? lapsedWords[lapsedHow] : happened[request.status]}</p>
        {items.length > 0 && <DefinitionList items={items} />}
        {grant?.session !== undefined && (
          <Row>
            <LinkButton href={`/sessions/${grant.session}`} icon="log">
              Open session
            </LinkButton>
          </Row>
        )}
      </Stack>
    </Card>
  );
}
