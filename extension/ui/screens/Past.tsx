import type { ComponentChildren } from 'preact';
import {
  Button,
  Card,
  LinkButton,
  SafeText,
  Stack,
  StateBadge,
  Time,
  type BadgeState,
} from '#shared/ui/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { sayEnded, sayExpired } from '../words.ts';
import styles from '../pages.module.css';

/** What is over, why, and the one way on: ask again. */
function Over({
  title,
  state,
  at,
  reason,
  record,
  onAgain,
  children,
}: {
  title: string;
  state: BadgeState;
  at: number | undefined;
  /** What somebody wrote; null once erased. */
  reason?: string | null | undefined;
  record?: string | undefined;
  onAgain: () => void;
  children: ComponentChildren;
}) {
  return (
    <Card
      tone={state === 'denied' || state === 'revoked' ? 'shut' : 'watch'}
      title={title}
      aside={<StateBadge state={state} />}
      footer={
        <>
          {record !== undefined && (
            <LinkButton kind="quiet" icon="log" href={record} target="_blank">
              View session
            </LinkButton>
          )}
          <Button kind="primary" onClick={onAgain}>
            Request again
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        {reason !== undefined && (
          <blockquote class={styles['quote']}>
            {reason === null ? 'The reason was erased.' : <SafeText text={reason} lines />}
          </blockquote>
        )}
        <p>
          {children}
          {at !== undefined && (
            <>
              {' '}
              <span class={styles['small']}>
                <Time at={at} />
              </span>
            </>
          )}
        </p>
      </Stack>
    </Card>
  );
}

const textOf = (detail: { text: string } | null | undefined): string | null | undefined =>
  detail === undefined ? undefined : (detail?.text ?? null);

/** Somebody said no, and why. */
export function Denied({ request, onAgain }: { request: RequestView; onAgain: () => void }) {
  return (
    <Over
      title={`Denied by ${request.decidedBy?.handle ?? 'an approver'}`}
      state="denied"
      at={request.decidedAt}
      reason={textOf(request.reason)}
      onAgain={onAgain}
    >
      Talk to them, or request again with more detail.
    </Over>
  );
}

/** Nobody decided in time, or what it rested on is gone. */
export function Expired({ request, onAgain }: { request: RequestView; onAgain: () => void }) {
  const { title, sentence } = sayExpired(request);
  return (
    <Over title={title} state="expired" at={request.lapsedAt ?? request.expires} onAgain={onAgain}>
      {sentence}
    </Over>
  );
}

/** A grant is over: ran out, ended here, revoked. */
export function Ended({ grant, server, onAgain }: { grant: GrantView; server: string; onAgain: () => void }) {
  const { title, sentence } = sayEnded(grant);
  return (
    <Over
      title={title}
      state={grant.endedHow === 'revoked' ? 'revoked' : 'ended'}
      at={grant.endedAt}
      reason={textOf(grant.reason)}
      record={grant.session === undefined ? undefined : `${server}/sessions/${grant.session}`}
      onAgain={onAgain}
    >
      {sentence}
    </Over>
  );
}
