import { Banner, Button, Card, EmptyState, LinkButton, PageHeader, Stack } from '#shared/ui/index.ts';
import { WaitingActs } from '../dual-control/WaitingActs.tsx';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { count } from '../parts/words.ts';
import { RequestRow } from '../request/RequestRow.tsx';
import { inbox, refreshInbox } from '../state/inbox.ts';
import { hasRole, me } from '../state/me.ts';
import { askToNotify, notifying } from '../state/notifications.ts';
import styles from '../parts/parts.module.css';

function Rows({ requests, mine = false }: { requests: readonly RequestView[]; mine?: boolean }) {
  return (
    <ul class={styles['rows']}>
      {requests.map((request) => (
        <li key={request.id}>
          <RequestRow request={request} mine={mine} />
        </li>
      ))}
    </ul>
  );
}

/** Browsers ask for the permission only on a click, so there is a button, and only while nothing was answered yet. */
function NotifyMe() {
  if (notifying.value === 'broken')
    return (
      <Banner kind="warn" live>
        This browser agreed to tell you and then could not. Keep this page open: the tab’s title counts what
        needs you.
      </Banner>
    );
  if (notifying.value !== 'default') return null;
  return (
    <Banner
      action={
        <Button size="s" onClick={() => void askToNotify()}>
          Notify me
        </Button>
      }
    >
      This browser can tell you when a request needs you, while this page is open.
    </Banner>
  );
}

function Nothing() {
  return (
    <EmptyState icon="check" title="Nothing needs you.">
      A request that you may decide appears here by itself, and its count in the tab’s title.
    </EmptyState>
  );
}

function Unpaired() {
  return (
    <EmptyState
      icon="console"
      title="Pair this browser to ask for access."
      action={
        <LinkButton kind="primary" href="/pair" icon="link">
          Pair this browser
        </LinkButton>
      }
    >
      After that, open a console: where it is shut, the request form stands in its place.
    </EmptyState>
  );
}

/** What needs me. */
export function InboxPage() {
  usePage('');
  const paired = me.value?.browsers.some(({ status }) => status === 'paired') ?? false;
  const { data, problem } = inbox.value;
  return (
    <>
      <PageHeader
        title="Inbox"
        lead={
          data &&
          (data.toDecide.length > 0
            ? `${count(data.toDecide.length, 'request needs', 'requests need')} your decision.`
            : hasRole('approver')
              ? 'Nothing waits for your decision.'
              : hasRole('engineer')
                ? 'What you asked for, and what became of it.'
                : 'What needs you.')
        }
      />
      <Loaded from={{ data, problem, refetch: refreshInbox }}>
        {({ toDecide, mine, lately }) => (
          <Stack gap={6}>
            {hasRole('administrator') && <WaitingActs />}
            {hasRole('approver') && <NotifyMe />}
            {hasRole('approver') && (
              <Card title="To decide" flush {...(toDecide.length > 0 && { tone: 'wait' })}>
                {toDecide.length > 0 ? <Rows requests={toDecide} /> : <Nothing />}
              </Card>
            )}
            {hasRole('engineer') && (
              <Card title="My requests" flush>
                {mine.length > 0 ? (
                  <Rows requests={mine} mine />
                ) : paired ? (
                  <EmptyState icon="console" title="You have no requests.">
                    Open a console in this browser and ask there. See{' '}
                    <a href="/consoles">which ones you may ask for</a>.
                  </EmptyState>
                ) : (
                  <Unpaired />
                )}
              </Card>
            )}
            {!hasRole('approver', 'engineer') && (
              <Card>
                <EmptyState icon="log" title="Your role neither asks nor decides.">
                  What happened stands under <a href="/sessions">Sessions</a>; who is in now, under{' '}
                  <a href="/live">Live</a>.
                </EmptyState>
              </Card>
            )}
            {lately.length > 0 && (
              <Card title="Decided lately" flush>
                <Rows requests={lately} />
              </Card>
            )}
          </Stack>
        )}
      </Loaded>
    </>
  );
}
