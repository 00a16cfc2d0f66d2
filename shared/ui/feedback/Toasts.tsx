import { useCallback, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import styles from './Toasts.module.css';

/** A short note that something was done. What needs an answer is a banner or a dialog, never a toast. */
export interface Toast {
  id: number;
  words: string;
  kind: 'success' | 'warn' | 'danger';
}

/** The notes on screen and how to add one; each leaves by itself after eight seconds. */
export function useToasts(): {
  toasts: readonly Toast[];
  say: (words: string, kind?: Toast['kind']) => void;
  dismiss: (id: number) => void;
} {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const next = useRef(1);
  const dismiss = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const say = useCallback(
    (words: string, kind: Toast['kind'] = 'success') => {
      const id = next.current++;
      setToasts((all) => [...all, { id, words, kind }]);
      setTimeout(() => dismiss(id), 8000);
    },
    [dismiss],
  );
  return { toasts, say, dismiss };
}

/** Where notes appear. Render it once and always: a live region that arrives with its text is not spoken. */
export function ToastRegion({
  toasts,
  onDismiss,
}: {
  toasts: readonly Toast[];
  onDismiss: (id: number) => void;
}) {
  return (
    <div class={styles['region']} role="status" aria-live="polite">
      {toasts.map(({ id, words, kind }) => (
        <div key={id} class={styles['toast']} data-kind={kind}>
          <Icon name={kind === 'success' ? 'check' : 'alert'} />
          <span class={styles['words']}>{words}</span>
          <button type="button" aria-label="Dismiss" onClick={() => onDismiss(id)}>
            <Icon name="x" />
          </button>
        </div>
      ))}
    </div>
  );
}
