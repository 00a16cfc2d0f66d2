import type { Basis } from '#shared/domain/primitives.ts';
import { longestGiven, sayDuration } from '#shared/policy/duration.ts';
import {
  Badge,
  Banner,
  Button,
  Card,
  DefinitionList,
  MarkBadge,
  SafeText,
  Stack,
  StateBadge,
  Time,
} from '#shared/ui/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { useSend } from '../useSend.ts';
import { START_WITHIN_MS } from '#shared/domain/grants/times.ts';
import { levels } from '../words.ts';
import styles from '../pages.module.css';

/** The next step is one touch, in a window of the server that shows its own record of these terms. */
export function Ready({
  request,
  basis,
  server,
  activating,
}: {
  request: RequestView;
  basis: Basis;
  server: string;
  /** The window is open now. */
  activating: boolean;
}) {
  const { run, busy, failure } = useSend('activate');
  const { run: withdraw, busy: withdrawing } = useSend('withdraw');
  const more = request.extends !== '';
  return (
    <Card
      tone={basis === 'self-approved' ? 'wait' : 'open'}
      title={
        basis === 'self-approved'
          ? 'No approval needed'
          : `Approved by ${request.decidedBy?.handle ?? 'an approver'}`
      }
      aside={basis === 'self-approved' ? <MarkBadge mark="self-approved" /> : <StateBadge state="approved" />}
      footer={
        basis === 'self-approved' ? (
          <div class={styles['spread']}>
            <Button size="s" busy={withdrawing} onClick={() => void withdraw({ request: request.id })}>
              Withdraw
            </Button>
          </div>
        ) : undefined
      }
    >
      <Stack gap={4}>
        {basis === 'self-approved' && (
          <p>
            Policy requires no approver here. Your access is marked as self-approved wherever it is shown, and
            in the log.
          </p>
        )}
        <DefinitionList terms items={termItems(request, basis)} />
        {failure && (
          <Banner kind="danger" live>
            {failure.sentence}
          </Banner>
        )}
        <Button
          kind={activating ? 'secondary' : 'primary'}
          size="l"
          icon="key"
          wide
          busy={busy}
          onClick={() => void run({ request: request.id })}
        >
          {activating ? 'Show the window again' : `${more ? 'Extend' : 'Start'} with your key`}
        </Button>
        <p class={styles['small']} role="status">
          {activating
            ? 'Touch your key in the window that opened. This page updates by itself.'
            : `Opens a window of ${new URL(server).host} that shows these terms. No sign-in needed.`}
        </p>
      </Stack>
    </Card>
  );
}

function termItems(request: RequestView, basis: Basis) {
  const { grant } = request;
  const lowered = grant !== undefined && grant.level !== request.level;
  return [
    {
      term: 'Level',
      value: (
        <>
          {levels[grant?.level ?? request.level].label}
          {lowered && ' '}
          {lowered && <Badge tone="wait">lower than requested</Badge>}
        </>
      ),
    },
    grant && basis === 'approved'
      ? { term: 'Until', value: <Time at={grant.until} /> }
      : {
          term: 'For',
          value: `${sayDuration(longestGiven(request))} ${request.extends === '' ? 'from the start' : 'more'}`,
        },
    ...(grant && basis === 'approved' && grant.made + START_WITHIN_MS < grant.until - 60_000
      ? [{ term: 'Start before', value: <Time at={grant.made + START_WITHIN_MS} /> }]
      : []),
    ...(request.reason ? [{ term: 'Note', value: <SafeText text={request.reason.text} /> }] : []),
    { term: 'Recorded', value: <span class={styles['small']}>{request.recorded}</span> },
  ];
}
