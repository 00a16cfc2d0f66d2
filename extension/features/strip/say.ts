import { leftTone, leftWords } from '#shared/ui/record/left.ts';
import type { Gate } from '../../platform/gates.ts';

/** What the strip says of a gate. Pure. */
export interface Said {
  state: 'watch' | 'running' | 'warning' | 'last' | 'offline';
  words: string;
  /** Time left, or empty without a grant. */
  left: string;
  /** The buttons, in order; the first is the one to press. */
  buttons: ('ask' | 'more' | 'end')[];
}

export const LOSS = 'Unsaved work will be lost';

/** `left`: milliseconds of the running grant. */
export function say(gate: Gate, left: number): Said {
  if (gate.grant === '')
    return {
      state: 'watch',
      words:
        gate.mode === 'read-only'
          ? 'Open to look at'
          : gate.record === 'times'
            ? 'Your visits here are recorded'
            : 'What you do here is recorded',
      left: '',
      buttons: ['ask'],
    };
  const tone = leftTone(left);
  const running = `Open to ${gate.access}${gate.undecided ? ', decided by nobody' : ''}`;
  const words =
    tone === 'plain'
      ? gate.confirmed
        ? running
        : 'Open, but the server does not answer'
      : tone === 'wait'
        ? LOSS
        : `Save now. ${LOSS}`;
  const marked = gate.undecided && words !== running ? `${words}. Decided by nobody` : words;
  const state =
    tone === 'plain' ? (gate.confirmed ? 'running' : 'offline') : tone === 'wait' ? 'warning' : 'last';
  return { state, words: marked, left: leftWords(left), buttons: ['more', 'end'] };
}
