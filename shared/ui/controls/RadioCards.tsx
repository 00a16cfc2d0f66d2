import { useId } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import styles from './RadioCards.module.css';

/** One choice of few, each in its own box: levels, durations. Native radios, so arrows and forms just work. */
export function RadioCards<V extends string>({
  legend,
  hint,
  error,
  value,
  options,
  onValue,
  compact = false,
}: {
  legend: string;
  hint?: string;
  error?: string | undefined;
  value: V | undefined;
  options: readonly { value: V; label: string; hint?: string; icon?: IconName; disabled?: boolean }[];
  onValue: (value: V) => void;
  /** Small boxes in a row, for durations. */
  compact?: boolean;
}) {
  const id = useId();
  const failed = error !== undefined && error !== '';
  const described = [hint !== undefined && `${id}-hint`, failed && `${id}-error`].filter(Boolean).join(' ');
  return (
    <fieldset class={styles['set']} aria-describedby={described || undefined}>
      <legend class={styles['legend']}>{legend}</legend>
      {hint !== undefined && (
        <p class={styles['hint']} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div class={styles['cards']} data-compact={compact || undefined}>
        {options.map((option) => (
          <label class={styles['card']} key={option.value}>
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled ?? false}
              onChange={() => onValue(option.value)}
            />
            {option.icon !== undefined && <Icon name={option.icon} />}
            <span class={styles['words']}>
              <span class={styles['label']}>{option.label}</span>
              {option.hint !== undefined && <span class={styles['small']}>{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      <p class={styles['error']} id={`${id}-error`} aria-live="polite">
        {failed && error}
      </p>
    </fieldset>
  );
}
