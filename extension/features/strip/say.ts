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

const ACCESS = { none: '', view: 'View access', change: 'Change access' } as const;

export const LOSS = 'Unsaved work will be lost';

const NOT_RENEWED = {
  away: 'The server is not responding',
  unfit: 'Server and extension are incompatible',
} as const;

/**
 * @param now local wall time in ms
 * @param stopped what the strip has to say of something that was stopped, or empty
 */
export function say(gate: Gate, now: number, stopped = ''): Said {
  const said = saySteady(gate, now);
  // That it shuts without a word of the server is worse news.
  if (stopped === '' || gate.access !== 'view' || gate.cutoff > 0) return said;
  const buttons = ['ask', ...said.buttons.filter((one) => one !== 'ask')] as const;
  return {
    ...said,
    state: said.state === 'last' ? 'last' : 'warning',
    words: stopped,
    buttons: [...buttons],
  };
}

function saySteady(gate: Gate, now: number): Said {
  const left = gate.until - now;
  if (gate.grant === '')
    return {
      state: 'watch',
      words:
        gate.mode === 'read-only'
          ? 'View only'
          : gate.record === 'times'
            ? 'Visits are recorded'
            : 'Actions are recorded',
      left: '',
      buttons: ['ask'],
    };
  if (gate.server !== 'answers' && gate.cutoff > 0)
    return {
      state: 'last',
      words: `Save now. ${NOT_RENEWED[gate.server]}. Shuts in`,
      left: leftWords(gate.cutoff - now),
      buttons: ['end'],
    };
  const tone = leftTone(left);
  const running = `${ACCESS[gate.access]}${gate.basis === 'self-approved' ? ', self-approved' : ''}`;
  const words =
    tone === 'plain'
      ? gate.server === 'answers'
        ? running
        : 'Open, but the server is not responding'
      : tone === 'wait'
        ? LOSS
        : `Save now. ${LOSS}`;
  const marked = gate.basis === 'self-approved' && words !== running ? `${words}. Self-approved` : words;
  const state =
    tone === 'plain'
      ? gate.server === 'answers'
        ? 'running'
        : 'offline'
      : tone === 'wait'
        ? 'warning'
        : 'last';
  const buttons: Said['buttons'] = gate.access === 'view' ? ['more', 'ask', 'end'] : ['more', 'end'];
  return { state, words: marked, left: leftWords(left), buttons };
}
