import { useState } from 'preact/hooks';
import { sayDuration } from '#shared/policy/duration.ts';
import {
  Banner,
  Button,
  Card,
  CopyButton,
  DefinitionList,
  Dialog,
  Row,
  SafeText,
  Stack,
  StateBadge,
  Time,
} from '#shared/ui/index.ts';
import type { RequestView } from '#shared/wire/views.ts';
import styles from '../pages.module.css';
import { useSend } from '../useSend.ts';
import { levels } from '../words.ts';
import { Deciders } from './Deciders.tsx';

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
  const online = request.deciders.filter((decider) => decider.online).length;
  return (
    <Card
      tone="wait"
      title="Waiting for a decision"
      aside={<StateBadge state="waiting" />}
      footer={
        <div class={styles['spread']}>
          <Withdraw request={request} />
          <CopyButton
            kind="primary"
            text={`${server}/requests/${request.id}`}
            label="Copy link for an approver"
          />
        </div>
      }
    >
      <Stack gap={4}>
        {!reachable && (
          <Banner kind="warn" live>
            The server does not answer at the moment. The request stands; this page goes on when it is back.
          </Banner>
        )}
        <p role="status">
          {online > 0
            ? 'They were told. This page opens by itself as soon as somebody approves.'
            : 'Nobody who can decide is online. Send one of them the link.'}
        </p>
        <Deciders deciders={request.deciders} />
        <DefinitionList items={askedItems(request)} />
      </Stack>
    </Card>
  );
}

/** What was asked, as the one who asked wants to see it again. */
export function askedItems(request: RequestView) {
  return [
    {
      term: 'Asked for',
      value: `${levels[request.level].label}, ${sayDuration(request.seconds)}${request.extends === '' ? '' : ' more'}`,
    },
    ...(request.justification
      ? [{ term: 'Because', value: <SafeText text={request.justification.text} /> }]
      : []),
    ...(request.ticket ? [{ term: 'Ticket', value: <SafeText text={request.ticket.text} max={80} /> }] : []),
    { term: 'Waits since', value: <Time at={request.asked} /> },
    { term: 'Expires', value: <Time at={request.expires} /> },
  ];
}

/** Takes the request back, after one question. */
function Withdraw({ request }: { request: RequestView }) {
  const [asking, setAsking] = useState(false);
  const { run, busy, failure } = useSend('withdraw');
  const withdraw = async (): Promise<void> => {
    if (await run({ request: request.id })) setAsking(false);
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        Withdraw
      </Button>
      {asking && (
        <Dialog
          title="Withdraw this request?"
          onClose={() => setAsking(false)}
          actions={
            <Row end>
              <Button onClick={() => setAsking(false)}>Keep waiting</Button>
              <Button kind="danger" busy={busy} onClick={() => void withdraw()}>
                Withdraw
              </Button>
            </Row>
          }
        >
          <p>Nobody can approve it after that. You can ask again at any time.</p>
          {failure && (
            <Banner kind="danger" live>
              {failure.sentence}
            </Banner>
          )}
        </Dialog>
      )}
    </>
  );
}
