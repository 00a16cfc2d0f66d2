import { useEffect, useRef, useState } from 'preact/hooks';
import { Banner, Button, Card, Icon, ProgressBar, SafeText, Stack } from '#shared/ui/index.ts';
import type { Step, Verdict, Verification } from '#shared/verify/types.ts';
import { sentenceOf } from '../state/api.ts';
import styles from './VerifyPanel.module.css';

const icons = { checking: 'clock', ok: 'check', failed: 'x', unknown: 'alert', note: 'info' } as const;
const spoken = {
  checking: 'Checking: ',
  ok: 'Holds: ',
  failed: 'Fails: ',
  unknown: 'Cannot judge: ',
  note: 'Note: ',
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
  ok: { kind: 'success', title: 'Verified in this page' },
  failed: { kind: 'danger', title: 'This does not hold.' },
  unknown: { kind: 'warn', title: 'Not everything could be judged.' },
} as const;

function VerdictBanner({ verdict: { state, sentence } }: { verdict: Verdict }) {
  const { kind, title } = verdicts[state];
  return (
    <Banner kind={kind} title={title} live>
      <SafeText text={sentence} max={400} />
      {state === 'ok' && ' It was read from the log’s raw files and held against the pinned key.'}
    </Banner>
  );
}

/** The steps so far with `next` in its place. */
const withStep = (steps: readonly Step[], next: Step): readonly Step[] => {
  const at = steps.findIndex(({ key }) => key === next.key);
  return at === -1 ? [...steps, next] : steps.with(at, next);
};

/** The Verify button, what it checks as it goes, and the verdict. The work is done in this page, not by the server. */
export function VerifyPanel({ verify, what }: { verify: () => Verification; what: string }) {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [verdict, setVerdict] = useState<Verdict | 'none' | 'running'>('none');
  const running = useRef<Verification | undefined>(undefined);
  useEffect(
    () => () => {
      running.current = undefined;
    },
    [],
  );

  const run = async (): Promise<void> => {
    const mine = verify();
    running.current = mine;
    setSteps([]);
    setVerdict('running');
    try {
      for (;;) {
        const { value, done } = await mine.next();
        // Another run, or another page, has taken its place.
        if (running.current !== mine) return;
        if (done === true) {
          setVerdict(value);
          return;
        }
        setSteps((all) => withStep(all, value));
      }
    } catch (error) {
      if (running.current === mine) setVerdict({ state: 'unknown', sentence: sentenceOf(error) });
    }
  };

  const words = verdict === 'none' ? 'Verify' : verdict === 'running' ? 'Checking' : 'Verify again';
  return (
    <Card
      title="Verify"
      aside={
        <Button
          kind={verdict === 'none' ? 'primary' : 'secondary'}
          size="s"
          icon="shield"
          busy={verdict === 'running'}
          onClick={() => void run()}
        >
          {words}
        </Button>
      }
    >
      <Stack gap={3}>
        {verdict === 'none' && <p class={styles['lead']}>{what}</p>}
        {typeof verdict === 'object' && <VerdictBanner verdict={verdict} />}
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
