import { fullWords, momentWords, relativeWords } from './moments.ts';
import { useNow } from './useNow.ts';
import styles from './Time.module.css';

/** A moment (ms since 1970): local time and how long ago, whole on hover. `show` leaves one of the two off. */
export function Time({ at, show = 'both' }: { at: number; show?: 'both' | 'local' | 'relative' }) {
  const now = useNow(30_000);
  const local = momentWords(at, now);
  const ago = relativeWords(at, now);
  return (
    <time
      class={styles['time']}
      data-both={show === 'both' || undefined}
      datetime={new Date(at).toISOString()}
      title={fullWords(at)}
    >
      {show === 'relative' ? ago : local}
      {show === 'both' && (
        <>
          {' '}
          <span class={styles['ago']}>· {ago}</span>
        </>
      )}
    </time>
  );
}
