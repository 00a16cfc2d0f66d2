import { useEffect, useRef, useState } from 'preact/hooks';
import {
  Badge,
  Button,
  Card,
  Columns,
  Countdown,
  DefinitionList,
  EmptyState,
  LinkButton,
  MarkBadge,
  PageHeader,
  Row,
  SafeText,
  Select,
  Stack,
  StateBadge,
  TextField,
  Time,
  Timeline,
} from '#shared/ui/index.ts';
import { canonical } from '#shared/statement/signing.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { ActionView, DetailView } from '#shared/wire/views.ts';
import { Erase } from '../acts/Erase.tsx';
import { DetailText } from '../parts/DetailText.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { count, endedWords, keyKind, levelName, sayUnconfirmed, sessionState } from '../parts/words.ts';
import { Revoke } from '../session/Revoke.tsx';
import { storyLines, type Filter } from '../session/story.tsx';
import { api } from '../state/api.ts';
import { serverNow } from '../state/clock.ts';
import { hasRole, me } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import { checkSession, evidenceAddress } from '../verify/run.ts';
import { VerifyPanel } from '../verify/VerifyPanel.tsx';
import styles from './Session.module.css';

type Shown = AnswerOf<typeof wire.showSession>;

function Facts({ shown }: { shown: Shown }) {
  const { session, request } = shown;
  const { grant } = session;
  const items = [
    { term: 'Who', value: <SafeText text={session.person.handle} max={80} /> },
    { term: 'Console', value: <SafeText text={session.console.name} max={80} /> },
    { term: 'Level', value: levelName[session.level] },
    { term: 'Started', value: <Time at={session.started} /> },
    session.ended === undefined
      ? { term: 'Left', value: <Countdown until={grant.until} clock={serverNow} /> }
      : { term: 'Ended', value: <Time at={session.ended} /> },
    grant.endedHow && { term: 'How', value: endedWords[grant.endedHow] },
    grant.endedBy && { term: 'By', value: <SafeText text={grant.endedBy.handle} max={80} /> },
    grant.reason !== undefined && { term: 'Reason', value: <DetailText detail={grant.reason} lines /> },
    { term: 'Browser', value: <SafeText text={session.browser.label} max={80} /> },
    {
      term: 'Decided by',
      value: grant.undecided ? 'Nobody' : <SafeText text={request.decidedBy?.handle ?? 'Nobody'} max={80} />,
    },
    request.decidedWith && {
      term: 'With key',
      value: (
        <>
          <SafeText text={request.decidedWith.label} max={80} /> (
          {keyKind[request.decidedWith.kind].words.toLowerCase()})
        </>
      ),
    },
    { term: 'Actions', value: session.actions },
    {
      term: 'Why',
      value: <DetailText detail={request.justification} lines max={280} erased={request.erased} />,
    },
  ].filter((item) => item !== undefined && item !== false);
  return (
    <Card title="Facts" aside={<a href={`/requests/${session.request}`}>The request</a>}>
      <DefinitionList items={items} />
    </Card>
  );
}

function Story({ shown }: { shown: Shown }) {
  const [filter, setFilter] = useState<Filter>({ show: 'all', find: '' });
  const [many, setMany] = useState(100);
  const lines = storyLines(shown, filter);
  return (
    <Card title="What happened">
      <Stack>
        <div class={styles['filters']}>
          <Select
            label="Show"
            value={filter.show}
            options={[
              { value: 'all', label: 'Everything' },
              { value: 'actions', label: 'Actions' },
              { value: 'violations', label: `Violations (${shown.session.violations})` },
            ]}
            onValue={(show) => setFilter({ ...filter, show })}
          />
          <TextField
            label="Find in actions"
            inputMode="search"
            value={filter.find}
            onValue={(find) => setFilter({ ...filter, find })}
          />
        </div>
        {lines.length === 0 ? (
          <EmptyState icon="search" title="Nothing fits.">
            Show everything, or look for other words.
          </EmptyState>
        ) : (
          <Timeline label="What happened, in the order of the log" lines={lines.slice(0, many)} />
        )}
        {lines.length > many && (
          <Row>
            <Button onClick={() => setMany(many + 100)}>
              Show {Math.min(100, lines.length - many)} more of {lines.length}
            </Button>
          </Row>
        )}
      </Stack>
    </Card>
  );
}

/** The free texts that this page draws, the words of every action among them. */
const drawnDetails = ({ request, session: { grant }, actions }: Shown): DetailView[] => [
  ...[request.justification, request.ticket, request.address, request.reason, grant.reason].filter(
    (detail) => detail !== null && detail !== undefined,
  ),
  ...actions.flatMap(({ detail, committed }) =>
    detail && committed ? [{ ...committed, text: canonical(detail) }] : [],
  ),
];

/** Whoever reads every entry may take evidence out, and everybody of their own sessions. */
const mayTakeEvidence = ({ session }: Shown): boolean =>
  hasRole('auditor', 'administrator') || me.value?.person.id === session.person.id;

/** Reads a session whole: the answer comes in parts, and what is known already is not asked for again. */
function useWholeSession(id: string) {
  const known = useRef<{ id: string; actions: ActionView[] }>({ id, actions: [] });
  if (known.current.id !== id) known.current = { id, actions: [] };
  const mine = known.current;
  return useResource(id, async (): Promise<Shown> => {
    for (;;) {
      const after = mine.actions.at(-1)?.entry ?? -1;
      const part = await api(wire.showSession, { params: { session: id }, query: { after } });
      mine.actions = [...mine.actions, ...part.actions];
      if (!part.more || part.actions.length === 0) return { ...part, actions: mine.actions };
    }
  }, [`session:${id}`]);
}

/** One session: who let it happen, every action in order, how and why it ended. */
export function SessionPage({ id = '' }: { id?: string }) {
  usePage('Session');
  const shown = useWholeSession(id);
  const running = shown.data !== undefined && shown.data.session.ended === undefined;
  const { refetch } = shown;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(refetch, 15_000);
    return () => clearInterval(timer);
  }, [running, refetch]);
  return (
    <Loaded
      from={shown}
      lines={10}
      before={<PageHeader back={{ href: '/sessions', label: 'Sessions' }} title="Session" />}
    >
      {(data) => {
        const { session } = data;
        return (
          <>
            <PageHeader
              back={{ href: '/sessions', label: 'Sessions' }}
              title={
                <>
                  <SafeText text={session.person.handle} max={60} /> on{' '}
                  <SafeText text={session.console.name} max={60} />
                </>
              }
              marks={
                <>
                  <StateBadge state={sessionState(session)} />
                  {session.grant.undecided && <MarkBadge mark="nobody-decided" />}
                  {session.grant.unacknowledged && <MarkBadge mark="unconfirmed" />}
                  {session.violations > 0 && (
                    <Badge tone="shut" icon="alert">
                      {count(session.violations, 'violation')}
                    </Badge>
                  )}
                </>
              }
              actions={
                <>
                  {mayTakeEvidence(data) && (
                    <LinkButton
                      href={evidenceAddress({ kind: 'session', session: session.id })}
                      icon="download"
                      download="countersign-evidence.zip"
                    >
                      Export evidence
                    </LinkButton>
                  )}
                  {!running && hasRole('administrator') && (
                    <Erase of={{ session: session.id }} what="session" />
                  )}
                  {running && hasRole('approver', 'administrator') && (
                    <Revoke grant={session.grant} who={session.person.handle} onRevoked={refetch} />
                  )}
                </>
              }
              lead={session.grant.unacknowledged ? `It is over. ${sayUnconfirmed(session)}` : undefined}
            />
            <Stack>
              {mayTakeEvidence(data) && (
                <VerifyPanel
                  key={session.id}
                  verify={() => checkSession(session.id, drawnDetails(data))}
                  what="Reads the evidence of this session and checks in this page: every touch, every signature, every decision of policy, every text shown here."
                />
              )}
              <Columns main={<Story shown={data} />} side={<Facts shown={data} />} />
            </Stack>
          </>
        );
      }}
    </Loaded>
  );
}
