import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import styles from './Field.module.css';
import { useFocusOnce } from './useFocusOnce.ts';

/** What a field hands to its control so that label, hint and error are read with it. */
export interface Wiring {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** What every labelled control takes. */
export interface Labelled {
  label: string;
  hint?: ComponentChildren;
  /** A sentence that says what to do; absent or empty means that the value stands. */
  error?: string | undefined;
  /** Marks the label; fields are required unless they say so. */
  optional?: boolean;
}

/** Label, hint and error around any control: `<Field label="…">{(wiring) => <input {...wiring} />}</Field>`. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  aside,
  children,
}: Labelled & {
  /** At the right under the control, such as a counter. */
  aside?: ComponentChildren;
  children: (wiring: Wiring) => JSX.Element;
}) {
  const id = useId();
  const failed = error !== undefined && error !== '';
  const described = [hint !== undefined && `${id}-hint`, failed && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class={styles['field']}>
      <label class={styles['label']} for={id}>
        {label}
        {optional && <span class={styles['optional']}> (optional)</span>}
      </label>
      {hint !== undefined && (
        <p class={styles['hint']} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        ...(described !== '' && { 'aria-describedby': described }),
        ...(failed && { 'aria-invalid': true as const }),
      })}
      <div class={styles['below']}>
        <p class={styles['error']} id={`${id}-error`} aria-live="polite">
          {failed && (
            <>
              <Icon name="alert" />
              <span>{error}</span>
            </>
          )}
        </p>
        {aside}
      </div>
    </div>
  );
}

/** The native attributes that a line of text may need; the rest is the component's own business. */
interface Native {
  /** A day is chosen in the browser's own calendar; its value is `2026-11-01`, or empty. */
  type?: 'text' | 'date';
  name?: string;
  placeholder?: string;
  autoComplete?: string;
  inputMode?: 'text' | 'numeric' | 'email' | 'search' | 'url';
  maxLength?: number;
  autoFocus?: boolean;
  disabled?: boolean;
  /** Keys and codes, in the monospaced face. */
  mono?: boolean;
}

/** One line of text. `onValue` gets the value at each keystroke. What is searched for may always be empty, unmarked. */
export function TextField({
  label,
  hint,
  error,
  optional = false,
  value,
  onValue,
  mono = false,
  type = 'text',
  autoFocus = false,
  ...native
}: Labelled & Native & { value: string; onValue: (value: string) => void }) {
  const line = useFocusOnce<HTMLInputElement>(autoFocus);
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(wiring) => (
        <input
          {...native}
          {...wiring}
          ref={line}
          autoFocus={autoFocus}
          // Which roles an input may have hangs on its type, so each is spelt out for the checker.
          {...(type === 'date' ? { type } : { type: 'text' })}
          class={styles['control']}
          data-mono={mono || undefined}
          value={value}
          required={!optional && native.inputMode !== 'search'}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
