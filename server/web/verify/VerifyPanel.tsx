import { useEffect, useRef, useState } from 'preact/hooks';
import { Banner, Button, Card, Icon, ProgressBar, SafeText, Stack } from '#shared/ui/index.ts';
import { sentenceOf } from '../state/api.ts';
import { verdictOf, withStep, type Step, type Verdict, type Verify } from './steps.ts';
import styles from './VerifyPanel.module.css';

const icons = { checking: 'clock', ok: 'check', failed: 'x', unknown: 'info' } as const;
const spoken = {
  checking: 'Checking: ',
  ok: 'Holds: ',
  failed: 'Fails: ',
  unknown: 'Cannot judge: ',
} as const;

function StepLine({ step }: { step: Step }) {
  return (
    <li class={styles['step']} data-state={step.state}>
      <span class={styles['icon']}>
        <Icon name={icons[step.state]} />
      </span>
      <div>
        <span class="cs-sr">{spoken[step.state]}</span>
        <SafeText text={step.sentence} max={400} />
        {step.state === 'checking' && step.progress && (
          <ProgressBar label="Checked" value={step.progress.done} max={step.progress.of} />
        )}
      </div>
    </li>
  );
}

const verdicts = {
  ok: { kind: 'success', title: 'Everything checked holds.' },
  failed: { kind: 'danger', title: 'This does not hold.' },
  unknown: { kind: 'warn', title: 'Not everything could be judged.' },
} as const;

function VerdictBanner({
  verdict,
  steps,
}: {
  verdict: Exclude<Verdict, 'checking'>;
  steps: readonly Step[];
}) {
  const { kind, title } = verdicts[verdict];
  const why = steps.find(({ state }) => state === verdict);
  return (
    <Banner kind={kind} title={title} live>
      {verdict === 'ok' ? (
        'It was checked in this page, from the raw tiles and proofs, against the pinned key.'
      ) : why ? (
        <SafeText text={why.sentence} max={400} />
      ) : (
        'The check ended without a result. Try again.'
      )}
    </Banner>
  );
}

/** The Verify button, what it checks as it goes, and the verdict. The work is done in this page, not by the server. */
export function VerifyPanel({ verify, what }: { verify: Verify; what: string }) {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [state, setState] = useState<'idle' | 'running' | 'ended'>('idle');
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (): Promise<void> => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setSteps([]);
    setState('running');
    const show = (step: Step): void => {
      if (!mine.signal.aborted) setSteps((all) => withStep(all, step));
    };
    try {
      for await (const step of verify(mine.signal)) {
        if (mine.signal.aborted) return;
        show(step);
      }
    } catch (error) {
      show({ key: 'end', state: 'unknown', sentence: sentenceOf(error) });
    }
    if (!mine.signal.aborted) setState('ended');
  };

  const verdict = verdictOf(steps, state === 'ended');
  return (
    <Card
      title="Verify"
      aside={
        <Button
          kind={state === 'idle' ? 'primary' : 'secondary'}
          size="s"
          icon="shield"
          busy={state === 'running'}
          onClick={() => void run()}
        >
          {state === 'running' ? 'Checking' : state === 'ended' ? 'Verify again' : 'Verify'}
        </Button>
      }
    >
      <Stack gap={3}>
        {state === 'idle' && <p class={styles['lead']}>{what}</p>}
        {state !== 'idle' && verdict !== 'checking' && <VerdictBanner verdict={verdict} steps={steps} />}
        {steps.length > 0 && (
          <ol class={styles['steps']} aria-label="What was checked">
            {steps.map((step) => (
              <StepLine key={step.key} step={step} />
            ))}
          </ol>
        )}
      </Stack>
    </Card>
  );
}
