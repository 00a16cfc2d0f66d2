import { useState } from 'preact/hooks';
import { sayDuration } from '#shared/policy/duration.ts';
import {
  Banner,
  Button,
  Card,
  CopyButton,
  DefinitionList,
  Row,
  SafeText,
  Stack,
  StateBadge,
  Time,
} from '#shared/ui/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { useSend } from '../useSend.ts';
import { levels } from '../words.ts';
import { SaveTemplate } from '../Templates.tsx';
import { Deciders } from './Deciders.tsx';
import styles from '../pages.module.css';

/** Somebody has to decide: who can, since when it waits, and how to fetch them. */
export function Waiting({
  request,
  server,
  reachable,
}: {
  request: RequestView;
  server: string;
  reachable: boolean;
}) {
  const [withdrawing, setWithdrawing] = useState(false);
  const online = request.deciders.filter((decider) => decider.online).length;
  return (
    <Card
      tone="wait"
      title="Waiting for approval"
      aside={<StateBadge state="waiting" />}
      footer={
        withdrawing ? (
          <Withdraw request={request} onClose={() => setWithdrawing(false)} />
        ) : (
          <div class={styles['spread']}>
            <Button size="s" onClick={() => setWithdrawing(true)}>
              Withdraw
            </Button>
            <CopyButton
              kind="primary"
              text={`${server}/requests/${request.id}`}
              label="Copy link for an approver"
            />
          </div>
        )
      }
    >
      <Stack gap={4}>
        {!reachable && (
          <Banner kind="warn" live>
            The server is not responding. Your request stays open; this page updates when the server is back.
          </Banner>
        )}
        {request.deciders.length > 0 && (
          <p role="status">
            {online > 0
              ? 'Approvers who are online were notified. This page updates when one of them responds.'
              : 'No approver is online. Send one of them the link.'}
          </p>
        )}
        <Deciders deciders={request.deciders} />
        <DefinitionList items={askedItems(request)} />
        {request.extends === '' && <SaveTemplate request={request.id} />}
      </Stack>
    </Card>
  );
}

/** What was asked, as the one who asked wants to see it again. */
function askedItems(request: RequestView) {
  return [
    {
      term: 'Access',
      value: `${levels[request.level].label}, ${sayDuration(request.seconds)}${request.extends === '' ? '' : ' more'}`,
    },
    ...(request.justification
      ? [{ term: 'Justification', value: <SafeText text={request.justification.text} /> }]
      : []),
    ...(request.ticket ? [{ term: 'Ticket', value: <SafeText text={request.ticket.text} max={80} /> }] : []),
    { term: 'Requested', value: <Time at={request.asked} /> },
    { term: 'Expires', value: <Time at={request.expires} /> },
  ];
}

/** Takes the request back, after one question in place: a dialog's backdrop would cover the form (T17). */
function Withdraw({ request, onClose }: { request: RequestView; onClose: () => void }) {
  const { run, busy, failure } = useSend('withdraw');
  return (
    <div class={styles['confirm']} role="group" aria-label="Withdraw this request">
      <p>
        {failure?.sentence ??
          'Withdraw this request? It can no longer be approved; you can request access again.'}
      </p>
      <Row end>
        <Button size="s" autoFocus onClick={onClose}>
          Keep waiting
        </Button>
        <Button kind="danger" size="s" busy={busy} onClick={() => void run({ request: request.id })}>
          Withdraw request
        </Button>
      </Row>
    </div>
  );
}
