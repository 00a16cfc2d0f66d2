import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { sentences } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { Button } from '../controls/Button.tsx';
import { TextArea } from '../controls/TextArea.tsx';
import styles from './Dialog.module.css';

/**
 * A modal dialog, open for as long as it is rendered. The platform traps the focus and answers Esc; `onClose` says
 * that the person left, and the caller stops rendering it. Focus goes back to where it was.
 */
export function Dialog({
  title,
  onClose,
  actions,
  children,
}: {
  title: string;
  onClose: () => void;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    const root = shown?.getRootNode();
    // A document or a shadow root: the form lives in one.
    const active = root && 'activeElement' in root ? root.activeElement : null;
    shown?.showModal();
    return () => {
      shown?.close();
      // The platform returns focus by itself only while the dialog is still in the page.
      if (active instanceof HTMLElement && active.isConnected) active.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={styles['dialog']}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class={styles['sheet']}>
        <h2 id={id}>{title}</h2>
        <div class={styles['body']}>{children}</div>
        {actions !== undefined && <div class={styles['actions']}>{actions}</div>}
      </div>
    </dialog>
  );
}

/** Asks why before something that shuts somebody out or turns somebody down. The reason goes into the record. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  kind = 'danger',
  label = 'Reason',
  max = 500,
  busy = false,
  error,
  onConfirm,
  onClose,
}: {
  title: string;
  /** What will happen, in a sentence. */
  children: ComponentChildren;
  /** The button's verb, as in "Revoke". */
  confirm: string;
  kind?: 'danger' | 'primary';
  label?: string;
  max?: number;
  busy?: boolean;
  /** Why the last try failed. */
  error?: string | undefined;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const blank = isBlank(reason);
  const missing = asked && blank ? sentences.reason_missing : undefined;
  const submit = (): void => {
    setAsked(true);
    if (!busy && !blank && Array.from(reason).length <= max) onConfirm(reason.trim());
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={kind} busy={busy} onClick={submit}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      <TextArea
        label={label}
        value={reason}
        onValue={setReason}
        max={max}
        rows={3}
        error={missing ?? error}
        autoFocus
      />
    </Dialog>
  );
}
