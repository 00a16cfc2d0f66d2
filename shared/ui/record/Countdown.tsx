import { leftTone, leftWords, type LeftTone } from './left.ts';
import { useNow } from './useNow.ts';
import styles from './Time.module.css';

const spoken: Record<LeftTone, string> = {
  plain: '',
  wait: 'Five minutes or less left.',
  shut: 'One minute or less left. Unsaved work will be lost.',
  over: 'Time is up.',
};

/**
 * What is left until `until` (ms since 1970): amber from five minutes, red from one. Spoken only when it crosses
 * those marks. `clock` is for callers with a better idea of the time than the wall clock's.
 */
export function Countdown({
  until,
  clock,
  large = false,
}: {
  until: number;
  clock?: () => number;
  large?: boolean;
}) {
  const left = until - useNow(1000, clock);
  const tone = leftTone(left);
  return (
    <>
      <time
        class={styles['left']}
        data-tone={tone}
        data-large={large || undefined}
        role="timer"
        aria-live="off"
        datetime={new Date(until).toISOString()}
      >
        {tone === 'over' ? 'Time is up' : leftWords(left)}
      </time>
      <span class="cs-sr" role="status">
        {spoken[tone]}
      </span>
    </>
  );
}
