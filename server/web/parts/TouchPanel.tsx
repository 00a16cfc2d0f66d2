import { KeyTouch } from '#shared/ui/index.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import { credential, keys, pickKey } from '../state/me.ts';
import type { Touching } from '../touch/useTouch.ts';
import { KeyPicker } from './KeyPicker.tsx';

/** The call to touch, with the choice of key under it. What is signed stands above it. */
export function TouchPanel({
  touching,
  idle,
  waiting = 'Touch your key now.',
  done,
  action,
  danger = false,
  onTouch,
  among,
}: {
  touching: Touching;
  /** What the touch does, in a sentence. */
  idle: string;
  waiting?: string;
  done: string;
  action: string;
  danger?: boolean;
  onTouch: () => void;
  /** The keys to choose from, for windows without a sign-in; else those of the person signed in. */
  among?: { keys: readonly KeyView[]; chosen: string | undefined; onPick: (id: string) => void };
}) {
  const { state, problem } = touching;
  const sentences = { idle, done, waiting, failed: problem ?? idle };
  const choice = among ?? { keys: keys.value, chosen: credential.value, onPick: pickKey };
  return (
    <div>
      <KeyTouch
        state={state}
        sentence={sentences[state]}
        action={state === 'failed' ? 'Try again' : action}
        onTouch={onTouch}
        danger={danger}
      />
      {(state === 'idle' || state === 'failed') && <KeyPicker {...choice} />}
    </div>
  );
}
