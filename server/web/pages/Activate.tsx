import { useEffect, useState } from 'preact/hooks';
import { Banner, Card, DefinitionList, EmptyState, SafeText, Stack, Stage, Time } from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Loaded } from '../parts/Loaded.tsx';
import styles from '../parts/parts.module.css';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { levelMeans, levelName } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { serverNow } from '../state/clock.ts';
import { useResource } from '../state/useResource.ts';
import { mismatch } from '../touch/record.ts';
import { activationStatement } from '../touch/statements.ts';
import { touch } from '../touch/touch.ts';
import { useTouch, type Touching } from '../touch/useTouch.ts';

type Opened = AnswerOf<typeof wire.showActivation>;

/** The server's own record of what would start, word for word. */
function Terms({ opened }: { opened: Opened }) {
  const { request, person, until, basis } = opened;
  const level = request.grant?.level ?? request.level;
  const minutes = Math.max(60, Math.round((until - serverNow()) / 60_000) * 60);
  return (
    <DefinitionList
      terms
      items={[
        { term: 'Who', value: <SafeText text={person.handle} max={80} /> },
        { term: 'Console', value: <SafeText text={request.console.name} max={80} /> },
        { term: 'Level', value: `${levelName[level]}: ${levelMeans[level].toLowerCase()}` },
        {
          term: 'Until',
          value: (
            <>
              <Time at={until} show="local" /> your time, {sayDuration(minutes)} from now
            </>
          ),
        },
        { term: 'Browser', value: <SafeText text={request.browser.label} max={80} /> },
        ...(basis === 'self-approved'
          ? []
          : [
              {
                term: 'Approved by',
                value: <SafeText text={request.decidedBy?.handle ?? 'Policy'} max={80} />,
              },
            ]),
        { term: 'Recorded', value: <span class={styles['small']}>{request.recorded}</span> },
      ]}
    />
  );
}

function Start({
  opened,
  ticket,
  touching,
  onLate,
}: {
  opened: Opened;
  ticket: string;
  touching: Touching;
  /** The draft is about to expire, and nobody is touching a key. */
  onLate: () => void;
}) {
  const [credential, setCredential] = useState(opened.credentials[0]?.id);
  const settled = touching.state === 'waiting' || touching.state === 'done';
  const { expires } = opened.draft;
  useEffect(() => {
    if (settled) return undefined;
    const timer = setTimeout(onLate, Math.max(5000, expires - serverNow() - 30_000));
    return () => clearTimeout(timer);
  }, [settled, expires, onLate]);
  const wrong = mismatch(opened.request, opened.ask);
  if (wrong !== undefined)
    return (
      <Banner kind="danger" live title="This request does not match its record">
        {wrong}
      </Banner>
    );
  const start = (): void => {
    if (credential === undefined) return;
    void touching.run(async (signal) => {
      const signed = await touch(activationStatement(opened, credential), signal, opened.credentials);
      await api(wire.activate, { body: { ticket, touch: signed } });
      setTimeout(() => window.close(), 1500);
    });
  };
  const more = opened.request.extends !== '';
  return (
    <TouchPanel
      touching={touching}
      idle={
        more
          ? 'Your touch extends the session by exactly this time.'
          : 'Your touch starts a session on exactly these terms.'
      }
      done={more ? 'Session extended. This window closes now.' : 'Session started. This window closes now.'}
      action={more ? 'Extend with your key' : 'Start with your key'}
      onTouch={start}
      among={{ keys: opened.credentials, chosen: credential, onPick: setCredential }}
    />
  );
}

/** The small window that starts a session in this browser: exact terms, one button, no sign-in. */
export function Activate() {
  usePage('Start');
  const [ticket] = useState(() => location.hash.slice(1));
  const touching = useTouch();
  const opened = useResource(ticket, () => api(wire.showActivation, { body: { ticket } }));
  const ready = opened.data !== undefined;
  useEffect(() => {
    if (ready) document.querySelector<HTMLButtonElement>('main button[type="button"]:last-of-type')?.focus();
  }, [ready]);
  if (!/^[\w-]{43}$/.test(ticket))
    return (
      <Stage>
        <h1 class="cs-sr">Start a session</h1>
        <EmptyState icon="clock" title="This link is incomplete.">
          Go back to the console and press Start again.
        </EmptyState>
      </Stage>
    );
  return (
    <Stage>
      <Card>
        <Loaded from={opened} lines={7} before={<h1 class="cs-sr">Start a session</h1>}>
          {(data) => (
            <Stack gap={3}>
              <h1>{data.request.extends === '' ? 'Start your session' : 'Extend your session'}</h1>
              {data.basis === 'self-approved' && (
                <Banner kind="warn">No approver is needed. This session will be marked self-approved.</Banner>
              )}
              <Terms opened={data} />
              <Start opened={data} ticket={ticket} touching={touching} onLate={opened.refetch} />
            </Stack>
          )}
        </Loaded>
      </Card>
    </Stage>
  );
}
