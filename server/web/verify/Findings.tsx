import { Banner, Icon, ProgressBar, SafeText, Stack } from '#shared/ui/index.ts';
import type { Step, Verdict } from '#shared/verify/types.ts';
import type { Verifying } from './useVerification.ts';
import styles from './Findings.module.css';

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
  failed: { kind: 'danger', title: 'Verification failed.' },
  unknown: { kind: 'warn', title: 'Not everything could be verified.' },
} as const;

function VerdictBanner({ verdict: { state, sentence } }: { verdict: Verdict }) {
  const { kind, title } = verdicts[state];
  return (
    <Banner kind={kind} title={title} live>
      <SafeText text={sentence} max={400} />
    </Banner>
  );
}

/** The verdict, and under it what was checked. */
export function Findings({ steps, verdict }: Pick<Verifying, 'steps' | 'verdict'>) {
  if (steps.length === 0 && typeof verdict !== 'object') return null;
  return (
    <Stack gap={3}>
      {typeof verdict === 'object' && <VerdictBanner verdict={verdict} />}
      <ol class={styles['steps']} aria-label="What was checked">
        {steps.map((step) => (
          <StepLine key={step.key} step={step} />
        ))}
      </ol>
    </Stack>
  );
}
