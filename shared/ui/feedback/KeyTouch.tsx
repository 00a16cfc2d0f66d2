import type { ComponentChildren } from 'preact';
import { Button } from '../controls/Button.tsx';
import styles from './KeyTouch.module.css';

/** Where a touch stands: not begun, the browser waits for the key, it failed, it holds. */
export type TouchState = 'idle' | 'waiting' | 'failed' | 'done';

function KeyDrawing() {
  return (
    <svg class={styles['drawing']} viewBox="0 0 96 40" width="72" height="30" fill="none" aria-hidden>
      <path class={styles['plug']} d="M2.5 13.5h15v13h-15z" />
      <path class={styles['contacts']} d="M6 17.5h7M6 22.5h7" />
      <rect class={styles['body']} x="17.5" y="5.5" width="76" height="29" rx="8" />
      <circle class={styles['halo']} cx="52" cy="20" r="9" />
      <circle class={styles['disc']} cx="52" cy="20" r="9" />
      <circle class={styles['hole']} cx="83" cy="20" r="4" />
      <path class={styles['tick']} d="m47.5 20.3 3.2 3.2 6-6.8" />
    </svg>
  );
}

/**
 * The call to touch the key: a drawing, one sentence, one button. The sentence is spoken as it changes, and what is
 * signed stands above it, never in it.
 */
export function KeyTouch({
  state,
  sentence,
  action,
  onTouch,
  danger = false,
}: {
  state: TouchState;
  /** Idle: what the touch does. Waiting: what to do now. Failed: why, and the next step. */
  sentence: ComponentChildren;
  /** The button's verb, as in "Approve with your key"; after a failure, how to try again. */
  action: string;
  onTouch: () => void;
  danger?: boolean;
}) {
  return (
    <div class={styles['touch']} data-state={state}>
      <div class={styles['call']}>
        <KeyDrawing />
        <p class={styles['sentence']} role="status">
          {sentence}
        </p>
      </div>
      {state !== 'done' && (
        <Button
          kind={danger ? 'danger' : 'primary'}
          size="l"
          icon="key"
          busy={state === 'waiting'}
          wide
          onClick={onTouch}
        >
          {state === 'waiting' ? 'Waiting for the key' : action}
        </Button>
      )}
    </div>
  );
}
