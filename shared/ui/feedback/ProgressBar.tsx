import styles from './ProgressBar.module.css';

/** How far something has come, in words too. Without `value` it is under way and nobody knows how far. */
export function ProgressBar({
  label,
  value,
  max,
  tone = 'accent',
}: {
  label: string;
  value?: number;
  max?: number;
  tone?: 'accent' | 'open' | 'wait' | 'shut';
}) {
  const known = value !== undefined && max !== undefined && max > 0;
  const share = known ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div class={styles['progress']}>
      <div class={styles['words']} aria-hidden>
        <span>{label}</span>
        {known && (
          <span>
            {value} of {max}
          </span>
        )}
      </div>
      <div
        class={styles['track']}
        data-tone={tone}
        role="progressbar"
        aria-label={label}
        {...(known && { 'aria-valuenow': value, 'aria-valuemin': 0, 'aria-valuemax': max })}
      >
        <span
          class={known ? styles['bar'] : styles['unknown']}
          style={known ? { width: `${share * 100}%` } : undefined}
        />
      </div>
    </div>
  );
}
