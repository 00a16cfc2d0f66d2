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
        This browser could not show a notification. Keep this page open: the tab’s title shows how many
        requests need you.
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
      Get a notification when a request needs you, while this page is open.
    </Banner>
  );
}

function Nothing() {
  return (
    <EmptyState icon="check" title="Nothing needs your attention.">
      Requests that you can decide appear here on their own, and the tab’s title shows how many.
    </EmptyState>
  );
}

function Unpaired() {
  return (
    <EmptyState
      icon="console"
      title="Pair this browser to request access."
      action={
        <LinkButton kind="primary" href="/pair" icon="link">
          Pair this browser
        </LinkButton>
      }
    >
      Then open a console. If it is closed, you will see the request form in its place.
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
              ? 'No requests need your decision.'
              : hasRole('engineer')
                ? 'Your requests and their outcome.'
                : 'Requests and proposals that need you.')
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
                  <EmptyState icon="console" title="You have no requests yet.">
                    Open a console in this browser and request access there. See{' '}
                    <a href="/consoles">which ones you can request</a>.
                  </EmptyState>
                ) : (
                  <Unpaired />
                )}
              </Card>
            )}
            {!hasRole('approver', 'engineer') && (
              <Card>
                <EmptyState icon="log" title="Nothing to do here for your role.">
                  See past sessions under <a href="/sessions">Sessions</a>, and running ones under{' '}
                  <a href="/live">Live</a>.
                </EmptyState>
              </Card>
            )}
            {lately.length > 0 && (
              <Card title="Recently decided" flush>
                <Rows requests={lately} />
              </Card>
            )}
          </Stack>
        )}
      </Loaded>
    </>
  );
}
