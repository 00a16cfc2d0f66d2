import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import styles from './Badge.module.css';

/** The four signals and what is none of them. */
export type Tone = 'open' | 'wait' | 'shut' | 'watch' | 'accent' | 'plain';

/** A short label. Colour never stands alone: the words say the same. */
export function Badge({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <span class={styles['badge']} data-tone={tone}>
      {icon === undefined ? <span class={styles['dot']} /> : <Icon name={icon} />}
      {children}
    </span>
  );
}

const states = {
  waiting: { tone: 'wait', icon: 'clock', words: 'Waiting' },
  approved: { tone: 'accent', icon: 'check', words: 'Approved' },
  running: { tone: 'open', icon: 'lock-open', words: 'Running' },
  ended: { tone: 'plain', icon: 'stop', words: 'Ended' },
  expired: { tone: 'plain', icon: 'clock', words: 'Expired' },
  denied: { tone: 'shut', icon: 'x', words: 'Denied' },
  withdrawn: { tone: 'plain', icon: 'arrow', words: 'Withdrawn' },
  revoked: { tone: 'shut', icon: 'lock', words: 'Revoked' },
} as const satisfies Record<string, { tone: Tone; icon: IconName; words: string }>;

/** Where a request, grant or session stands. */
export type BadgeState = keyof typeof states;

/** The badge of a state. */
export function StateBadge({ state }: { state: BadgeState }) {
  const { tone, icon, words } = states[state];
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}

const marks = {
  'break-glass': { tone: 'shut', icon: 'alert', words: 'Break-glass' },
  'self-approved': { tone: 'wait', icon: 'user', words: 'Self-approved' },
  unconfirmed: { tone: 'wait', icon: 'offline', words: 'Unconfirmed' },
} as const satisfies Record<string, { tone: Tone; icon: IconName; words: string }>;

/** What goes beside a state and must be seen wherever the state is: no approver, or no second person at all. */
export type MarkName = keyof typeof marks;

/** The mark itself. */
export function MarkBadge({ mark }: { mark: MarkName }) {
  const { tone, icon, words } = marks[mark];
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}

/** What a console allows without a grant. */
export function ModeBadge({ mode }: { mode: 'closed' | 'read-only' | 'watch' }) {
  if (mode === 'closed') return <Badge icon="lock">Closed</Badge>;
  if (mode === 'read-only') return <Badge icon="eye">Read-only</Badge>;
  return (
    <Badge tone="watch" icon="eye">
      Watch
    </Badge>
  );
}
