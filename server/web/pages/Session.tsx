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
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import { Erase } from '../dual-control/Erase.tsx';
import { DetailText } from '../parts/DetailText.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { count, endedWords, levelName, listed, sayUnconfirmed, sessionState } from '../parts/words.ts';
import { Revoke } from '../session/Revoke.tsx';
import { drawnOf } from '../session/drawn.ts';
import { erasedOf, storyLines, type Filter } from '../session/story.tsx';
import { api } from '../state/api.ts';
import { serverNow } from '../state/clock.ts';
import { hasRole, me } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import { checkSession, evidenceAddress } from '../verify/run.ts';
import { VerifyPanel } from '../verify/VerifyPanel.tsx';
import styles from './Session.module.css';

type Shown = AnswerOf<typeof wire.showSession>;

/** All of it as the story tells it, which Verify holds against the log. */
function Facts({ story: { facts, steps }, request }: { story: Shown['story']; request: string }) {
  const why = steps.find(({ type }) => type === 'request.asked');
  const decisions = steps.filter(({ type }) => type === 'request.decided');
  const items = [
    { term: 'Who', value: <SafeText text={facts.person} max={80} /> },
    { term: 'Console', value: <SafeText text={facts.console.name} max={80} /> },
    { term: 'Level', value: levelName[facts.level] },
    { term: 'Started', value: <Time at={facts.started} /> },
    facts.ended === undefined
      ? { term: 'Left', value: <Countdown until={facts.until} clock={serverNow} /> }
      : { term: 'Ended', value: <Time at={facts.ended} /> },
    facts.endedHow && { term: 'How', value: endedWords[facts.endedHow] },
    facts.endedBy !== undefined && { term: 'By', value: <SafeText text={facts.endedBy} max={80} /> },
    { term: 'Browser', value: <SafeText text={facts.browser} max={80} /> },
    {
      term: 'Approved by',
      value:
        facts.basis === 'self-approved' ? (
          'Nobody (self-approved)'
        ) : (
          <SafeText text={listed([...new Set(decisions.map(({ who }) => who))])} max={240} />
        ),
    },
    { term: 'Actions', value: facts.actions },
    why && {
      term: 'Why',
      value: (
        <DetailText
          detail={why.texts.find(({ of }) => of === 'justification')?.detail}
          lines
          max={280}
          erased={erasedOf(why.erased)}
        />
      ),
    },
  ].filter((item) => item !== undefined && item !== false);
  return (
    <Card title="Facts" aside={<a href={`/requests/${request}`}>Open request</a>}>
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
              { value: 'violations', label: `Violations (${shown.story.facts.violations})` },
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
          <EmptyState icon="search" title="No matches.">
            Show everything, or search for something else.
          </EmptyState>
        ) : (
          <Timeline label="What happened, in log order" lines={lines.slice(0, many)} />
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
        const { session, story } = data;
        const { facts } = story;
        return (
          <>
            <PageHeader
              back={{ href: '/sessions', label: 'Sessions' }}
              title={
                <>
                  <SafeText text={facts.person} max={60} /> on <SafeText text={facts.console.name} max={60} />
                </>
              }
              marks={
                <>
                  <StateBadge state={sessionState(session)} />
                  {facts.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
                  {session.grant.unacknowledged && <MarkBadge mark="unconfirmed" />}
                  {facts.violations > 0 && (
                    <Badge tone="shut" icon="alert">
                      {count(facts.violations, 'violation')}
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
              lead={
                session.grant.unacknowledged
                  ? `This session has ended. ${sayUnconfirmed(session)}`
                  : undefined
              }
            />
            <Stack>
              {mayTakeEvidence(data) && (
                <VerifyPanel
                  key={session.id}
                  verify={() => checkSession(drawnOf(data))}
                  what="Downloads the evidence of this session and checks it in this page: every touch, every signature, every policy decision, and that this page shows what the log says, step by step."
                />
              )}
              <Columns
                main={<Story shown={data} />}
                side={<Facts story={data.story} request={session.request} />}
              />
            </Stack>
          </>
        );
      }}
    </Loaded>
  );
}
