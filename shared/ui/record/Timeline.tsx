import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import type { Tone } from './Badge.tsx';
import { dayWords, fullWords } from './moments.ts';
import { useNow } from './useNow.ts';
import styles from './Timeline.module.css';

/** One line of the ledger. */
export interface Line {
  key: string;
  /** ms since 1970 */
  at: number;
  /** What happened, in words: "Approved by Ada". */
  what: ComponentChildren;
  /** Under it: reason, key, address. */
  detail?: ComponentChildren;
  icon?: IconName;
  tone?: Tone;
}

const precise = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** What happened, in log order: time in the margin, words on the line; the day where it changes. */
export function Timeline({ label, lines }: { label: string; lines: readonly Line[] }) {
  const now = useNow(60_000);
  const today = new Date(now).toDateString();
  const dayOf = (line: Line | undefined): string => (line ? new Date(line.at).toDateString() : today);
  return (
    <ol class={styles['lines']} aria-label={label}>
      {lines.map((line, at) => (
        <li key={line.key} class={styles['line']} data-tone={line.tone ?? 'plain'}>
          {dayOf(line) !== dayOf(lines[at - 1]) && (
            <span class={styles['day']}>{dayWords(line.at, now)}</span>
          )}
          <time class={styles['at']} datetime={new Date(line.at).toISOString()} title={fullWords(line.at)}>
            {precise.format(line.at)}
          </time>
          <span class={styles['dot']}>{line.icon !== undefined && <Icon name={line.icon} />}</span>
          <div class={styles['words']}>
            <div>{line.what}</div>
            {line.detail !== undefined && <div class={styles['detail']}>{line.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
