import { useState } from 'preact/hooks';
import {
  Banner,
  Button,
  Card,
  ConfirmDialog,
  DefinitionList,
  RadioCards,
  SafeText,
  Skeleton,
  Stack,
  Time,
} from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import type { Level, Terms } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { levelMeans, levelName } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { refreshInbox } from '../state/inbox.ts';
import { say } from '../state/toasts.ts';
import { useDraft } from '../touch/useDraft.ts';
import { withSalt } from '#shared/wire/details.ts';
import { decisionStatement, termsOf } from '../touch/statements.ts';
import { touch } from '../touch/touch.ts';
import { signer, touchNow, useTouch } from '../touch/useTouch.ts';
import styles from '../parts/parts.module.css';

/** The terms that would be signed, word for word. */
function Terms({ request, terms, seconds }: { request: RequestView; terms: Terms; seconds: number }) {
  return (
    <DefinitionList
      terms
      items={[
        { term: 'Who', value: <SafeText text={request.person.handle} max={80} /> },
        { term: 'Console', value: <SafeText text={request.console.name} max={80} /> },
        { term: 'Level', value: `${levelName[terms.level]}: ${levelMeans[terms.level].toLowerCase()}` },
        {
          term: 'Until',
          value: (
            <>
              <Time at={terms.until} show="local" /> your time
              {request.extends === ''
                ? `, ${sayDuration(seconds)} from now`
                : `, ${sayDuration(seconds)} more`}
            </>
          ),
        },
        { term: 'Recorded', value: <span class={styles['small']}>{request.recorded}</span> },
      ]}
    />
  );
}

/** The decision: terms that can only get shorter or lower, and the touch over exactly what stands here. */
export function Decide({
  request,
  policy,
  levels,
  durations,
  onDecided,
}: {
  request: RequestView;
  /** Hash of the policy that the decision is made under. */
  policy: string;
  levels: readonly Level[];
  /** In seconds, ascending; empty where no time can be given now. */
  durations: readonly number[];
  onDecided: () => void;
}) {
  const [level, setLevel] = useState<Level>(request.level);
  const [chosen, setSeconds] = useState<number>();
  const longest = durations.at(-1) ?? 0;
  // What may be given can shrink while the page stands open.
  const seconds = chosen !== undefined && durations.includes(chosen) ? chosen : longest;
  const [denying, setDenying] = useState(false);
  const approving = useTouch();
  const denial = useTouch();
  const { draft, problem } = useDraft(approving.state === 'waiting');
  const params = { request: request.id };
  const finish = (words: string): void => {
    say(words);
    refreshInbox();
    onDecided();
  };

  const approve = (): void => {
    if (!draft) return;
    const drawn = decisionStatement(
      draft,
      signer(),
      request,
      termsOf(request, level, seconds, draft),
      policy,
    );
    void approving.run(async (signal) => {
      await api(wire.decide, { params, body: { touch: await touch(drawn, signal) } });
      finish('Approved. The engineer can start now.');
    });
  };
  const deny = (text: string): void => {
    const reason = withSalt(text);
    void denial.run(async (signal) => {
      const signed = await touchNow(
        (fresh, by) =>
          decisionStatement(
            fresh,
            by,
            request,
            termsOf(request, request.level, request.seconds, fresh),
            policy,
            reason,
          ),
        signal,
      );
      await api(wire.decide, { params, body: { touch: signed, reason } });
      finish('Denied. The engineer sees your reason.');
    });
  };

  return (
    <Card title="Your decision" tone="wait">
      <Stack gap={3}>
        {levels.length > 1 && (
          <RadioCards
            legend="Level"
            value={level}
            compact
            options={levels.map((value) => ({ value, label: levelName[value] }))}
            onValue={setLevel}
          />
        )}
        {durations.length > 1 && (
          <RadioCards
            legend="For how long"
            compact
            value={String(seconds)}
            options={durations.map((value) => ({ value: String(value), label: sayDuration(value) }))}
            onValue={(value) => setSeconds(Number(value))}
          />
        )}
        {problem !== undefined && <Banner kind="danger">{problem}</Banner>}
        {durations.length === 0 ? (
          <Banner kind="warn" title="The session cannot be extended now">
            It would run longer than this console allows at a time. Wait until less of the current time is
            left, or deny with a reason.
          </Banner>
        ) : draft ? (
          <>
            <Terms request={request} terms={termsOf(request, level, seconds, draft)} seconds={seconds} />
            <TouchPanel
              touching={approving}
              idle="Your touch approves exactly these terms."
              waiting="Touch your key now to approve."
              done="Approved."
              action="Approve with your key"
              onTouch={approve}
            />
          </>
        ) : (
          problem === undefined && <Skeleton lines={5} />
        )}
        <Button kind="quiet" wide onClick={() => setDenying(true)}>
          Deny with a reason
        </Button>
      </Stack>
      {denying && (
        <ConfirmDialog
          title="Deny this request"
          confirm="Deny with your key"
          busy={denial.state === 'waiting'}
          error={denial.problem}
          onConfirm={deny}
          onClose={() => {
            denial.reset();
            setDenying(false);
          }}
        >
          <p role="status">
            {denial.state === 'waiting' ? (
              'Touch your key now to deny.'
            ) : (
              <>
                <SafeText text={request.person.handle} max={80} /> will not get access to{' '}
                <SafeText text={request.console.name} max={80} />, and will see your reason.
              </>
            )}
          </p>
        </ConfirmDialog>
      )}
    </Card>
  );
}
