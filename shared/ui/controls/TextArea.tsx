import { Field, type Labelled } from './Field.tsx';
import styles from './Field.module.css';
import { useFocusOnce } from './useFocusOnce.ts';

/**
 * Several lines of text; near `max` a counter comes. Over it the field says so and keeps what was typed; it never cuts.
 */
export function TextArea({
  label,
  hint,
  error,
  optional = false,
  value,
  onValue,
  max,
  rows = 3,
  placeholder,
  mono = false,
  autoFocus = false,
}: Labelled & {
  value: string;
  onValue: (value: string) => void;
  /** In characters as people count them: code points. */
  max?: number;
  rows?: number;
  placeholder?: string;
  /** Keys and codes, in the monospaced face. */
  mono?: boolean;
  autoFocus?: boolean;
}) {
  const area = useFocusOnce<HTMLTextAreaElement>(autoFocus);
  const length = Array.from(value).length;
  const over = max !== undefined && length > max;
  const near = max !== undefined && length > max * 0.8;
  const tooLong = over ? `Shorten this by ${length - max}: at most ${max} characters.` : undefined;
  return (
    <Field
      label={label}
      hint={hint}
      error={error !== undefined && error !== '' ? error : tooLong}
      optional={optional}
      aside={
        near && (
          <span class={styles['count']} data-over={over || undefined} aria-hidden>
            {length} / {max}
          </span>
        )
      }
    >
      {(wiring) => (
        <textarea
          {...wiring}
          ref={area}
          class={`${styles['control']} ${styles['area']}`}
          data-mono={mono || undefined}
          spellcheck={!mono}
          rows={rows}
          value={value}
          required={!optional}
          placeholder={placeholder}
          autoFocus={autoFocus}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
