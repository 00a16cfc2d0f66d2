import { useState } from 'preact/hooks';
import {
  Badge,
  Button,
  Card,
  EmptyState,
  MarkBadge,
  PageHeader,
  Row,
  Stack,
  StateBadge,
  Table,
  Tabs,
  Time,
} from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import { wire } from '#shared/wire/index.ts';
import type { SessionView } from '#shared/domain/sessions/views.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { levelName, sessionState } from '../parts/words.ts';
import { api, sentenceOf } from '../state/api.ts';
import { hasRole } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';

type Whose = 'mine' | 'all';

const lasted = ({ started, ended }: SessionView): string =>
  ended === undefined ? '' : sayDuration(Math.max(60, Math.round((ended - started) / 60_000) * 60));

function SessionTable({ sessions, whose }: { sessions: readonly SessionView[]; whose: Whose }) {
  return (
    <Table
      caption={whose === 'mine' ? 'Your sessions' : 'All sessions'}
      rows={sessions}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'console',
          head: 'Session',
          names: true,
          cell: (session) => (
            <a href={`/sessions/${session.id}`}>
              {whose === 'all' && (
                <>
                  <bdi>{session.person.handle}</bdi> on{' '}
                </>
              )}
              <bdi>{session.console.name}</bdi>
            </a>
          ),
        },
        {
          key: 'state',
          head: 'State',
          cell: (session) => (
            <Row>
              <StateBadge state={sessionState(session)} />
              {session.grant.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
              {session.violations > 0 && (
                <Badge tone="shut" icon="alert">
                  Violations
                </Badge>
              )}
            </Row>
          ),
        },
        { key: 'level', head: 'Level', cell: ({ level }) => levelName[level] },
        { key: 'started', head: 'Started', cell: ({ started }) => <Time at={started} show="local" /> },
        { key: 'lasted', head: 'Duration', cell: (session) => lasted(session) || 'Still running' },
        { key: 'actions', head: 'Actions', numeric: true, cell: ({ actions }) => actions },
      ]}
      empty={
        whose === 'mine' ? (
          <EmptyState icon="clock" title="You have no sessions yet.">
            Everything recorded while you use a console with a grant appears here, for you to see too.
          </EmptyState>
        ) : (
          <EmptyState icon="clock" title="No sessions yet.">
            Sessions appear here once an approved request is started.
          </EmptyState>
        )
      }
    />
  );
}

function List({ whose }: { whose: Whose }) {
  const first = useResource(whose, () => api(wire.listSessions, { query: { whose } }), ['live']);
  const [older, setOlder] = useState<{ sessions: SessionView[]; more: boolean } | undefined>();
  return (
    <Loaded from={first} lines={8}>
      {({ sessions, more }) => {
        const known = new Set(sessions.map(({ id }) => id));
        const all = [...sessions, ...(older?.sessions.filter(({ id }) => !known.has(id)) ?? [])];
        const before = all.at(-1)?.started;
        const loadOlder = async (): Promise<void> => {
          try {
            const next = await api(wire.listSessions, { query: { whose, before } });
            setOlder((was) => ({ sessions: [...(was?.sessions ?? []), ...next.sessions], more: next.more }));
          } catch (error) {
            say(sentenceOf(error), 'danger');
          }
        };
        return (
          <Stack>
            <Card flush>
              <SessionTable sessions={all} whose={whose} />
            </Card>
            {(older?.more ?? more) && (
              <Row>
                <Button onClick={() => void loadOlder()}>Show older sessions</Button>
              </Row>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** Sessions that were and are: one's own, and everybody's for those whose role shows them. */
export function Sessions() {
  usePage('Sessions');
  const all = hasRole('auditor', 'approver', 'administrator');
  const [whose, setWhose] = useState<Whose>(all ? 'all' : 'mine');
  return (
    <>
      <PageHeader
        title="Sessions"
        lead="Every use of a console with a grant, from the first touch to its end."
      />
      {all ? (
        <Tabs
          label="Whose sessions"
          tabs={[
            { key: 'all', label: 'All sessions' },
            { key: 'mine', label: 'My sessions' },
          ]}
          selected={whose}
          onSelect={setWhose}
        >
          <List key={whose} whose={whose} />
        </Tabs>
      ) : (
        <List whose="mine" />
      )}
    </>
  );
}
