import {
  Badge,
  Card,
  Countdown,
  EmptyState,
  MarkBadge,
  LinkButton,
  PageHeader,
  Row,
  SafeText,
  Stack,
  StateBadge,
  Time,
  Timeline,
} from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Loaded } from '../parts/Loaded.tsx';
import styles from '../parts/parts.module.css';
import { usePage } from '../parts/usePage.ts';
import { count, endedWords, levelName, sayUnconfirmed, sessionState } from '../parts/words.ts';
import { actionLine } from '../session/actionLine.tsx';
import { Revoke } from '../session/Revoke.tsx';
import { api } from '../state/api.ts';
import { serverNow } from '../state/clock.ts';
import { hasRole } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';

type Entry = AnswerOf<typeof wire.live>['sessions'][number];

function LiveSession({ entry, onRevoked }: { entry: Entry; onRevoked: () => void }) {
  const { session, latest } = entry;
  const { grant, person, console, level } = session;
  const running = session.ended === undefined;
  const mayRevoke = running && hasRole('approver', 'administrator');
  return (
    <Card
      {...(running && { tone: 'open' })}
      {...(grant.unacknowledged && { tone: 'shut' })}
      title={
        <>
          <SafeText text={person.handle} max={60} /> · <SafeText text={console.name} max={60} />
        </>
      }
      aside={
        <>
          {session.violations > 0 && (
            <Badge tone="shut" icon="alert">
              {count(session.violations, 'violation')}
            </Badge>
          )}
          {grant.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
          <Badge tone={level === 'change' ? 'accent' : 'watch'} icon={level === 'change' ? 'key' : 'eye'}>
            {levelName[level]}
          </Badge>
          {running ? (
            <Countdown until={grant.until} clock={serverNow} />
          ) : (
            <StateBadge state={sessionState(session)} />
          )}
        </>
      }
      footer={
        <>
          <LinkButton kind="quiet" size="s" href={`/sessions/${session.id}`} icon="log">
            Open session
          </LinkButton>
          {mayRevoke && <Revoke size="s" grant={grant} who={person.handle} onRevoked={onRevoked} />}
        </>
      }
    >
      <Stack gap={3}>
        {grant.endedHow && (
          <p>
            {endedWords[grant.endedHow]}
            {grant.endedBy && (
              <>
                {' '}
                by <SafeText text={grant.endedBy.handle} max={60} />
              </>
            )}
            .
          </p>
        )}
        {grant.unacknowledged && (
          <Row>
            <MarkBadge mark="unconfirmed" />
            <span>{sayUnconfirmed(session)}</span>
          </Row>
        )}
        {latest.length > 0 ? (
          <Timeline
            label="Last actions"
            lines={latest.map((action) => actionLine(action, { where: false }))}
          />
        ) : (
          <p class={styles['dim']}>No actions yet.</p>
        )}
        <p class={styles['small']}>
          Started <Time at={session.started} /> in <SafeText text={session.browser.label} max={60} />
          {session.lastHeard !== undefined && (
            <>
              , last heard from{' '}
              {/* A new moment gets a new clock, or it would seem to lie ahead of the one drawn before. */}
              <Time key={session.lastHeard} at={session.lastHeard} show="relative" />
            </>
          )}
        </p>
      </Stack>
    </Card>
  );
}

/** Who is in now, what they do, and the way to end it. */
export function Live() {
  usePage('Live');
  const live = useResource('live', () => api(wire.live, {}), ['live']);
  const running = live.data?.sessions.filter(({ session }) => session.ended === undefined).length ?? 0;
  return (
    <>
      <PageHeader
        title="Live"
        lead={
          live.data &&
          (running > 0 ? `${count(running, 'session')} running now.` : 'Sessions as they happen.')
        }
      />
      <Loaded from={live} lines={8}>
        {({ sessions, ungranted }) => (
          <Stack gap={6}>
            {sessions.length === 0 && (
              <Card>
                <EmptyState icon="eye" title="No sessions running.">
                  Sessions appear here when they start, and their actions within two seconds.
                </EmptyState>
              </Card>
            )}
            {sessions.map((entry) => (
              <LiveSession key={entry.session.id} entry={entry} onRevoked={live.refetch} />
            ))}
            {ungranted.length > 0 && (
              <Card title="Without a grant" tone="watch" aside="On watched and read-only consoles">
                <Timeline
                  label="Actions without a grant"
                  lines={ungranted.map((action) => actionLine(action, { who: true, where: false }))}
                />
              </Card>
            )}
          </Stack>
        )}
      </Loaded>
    </>
  );
}
