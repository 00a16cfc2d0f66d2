import { Field, type Labelled } from './Field.tsx';
import styles from './Field.module.css';

/** The platform's own select, dressed. */
export function Select<V extends string>({
  label,
  hint,
  error,
  optional = false,
  value,
  options,
  onValue,
  disabled = false,
}: Labelled & {
  value: V;
  options: readonly { value: V; label: string; disabled?: boolean }[];
  onValue: (value: V) => void;
  disabled?: boolean;
}) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(wiring) => (
        <select
          {...wiring}
          class={`${styles['control']} ${styles['select']}`}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const picked = options.find((option) => option.value === event.currentTarget.value);
            if (picked) onValue(picked.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled ?? false}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
