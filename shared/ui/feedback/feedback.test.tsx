// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Button } from '../controls/Button.tsx';
import { ConfirmDialog, Dialog } from './Dialog.tsx';
import { KeyTouch } from './KeyTouch.tsx';
import { ToastRegion, useToasts } from './Toasts.tsx';

afterEach(cleanup);
const nothing = (): void => {};

/** Lets `ms` milliseconds pass and the page draw. */
function pass(ms: number): void {
  void act(() => {
    vi.advanceTimersByTime(ms);
  });
}

function Opener() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Revoke</Button>
      {open && (
        <Dialog title="Revoke this grant?" onClose={() => setOpen(false)} actions={<Button>Yes</Button>}>
          It shuts at once.
        </Dialog>
      )}
    </>
  );
}

describe('Dialog', () => {
  it('opens as a modal, named by its title, and gives the focus back', () => {
    render(<Opener />);
    const opener = screen.getByRole('button', { name: 'Revoke' });
    opener.focus();
    fireEvent.click(opener);
    const dialog = screen.getByRole<HTMLDialogElement>('dialog', { name: 'Revoke this grant?' });
    expect(dialog.open).toBe(true);
    screen.getByRole('button', { name: 'Yes' }).focus();
    expect(opener.ownerDocument.activeElement).not.toBe(opener);
    // Esc reaches a modal dialog as `cancel`.
    fireEvent(dialog, new Event('cancel', { cancelable: true }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(opener.ownerDocument.activeElement).toBe(opener);
  });

  it('closes on the backdrop and not on the sheet', () => {
    render(<Opener />);
    fireEvent.click(screen.getByRole('button', { name: 'Revoke' }));
    fireEvent.click(screen.getByText('It shuts at once.'));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(dialog);
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

const open = (onConfirm: (reason: string) => void): void => {
  render(
    <ConfirmDialog title="Revoke?" confirm="Revoke" max={20} onConfirm={onConfirm} onClose={nothing}>
      It shuts at once.
    </ConfirmDialog>,
  );
};
const press = (): boolean => fireEvent.click(screen.getByRole('button', { name: 'Revoke' }));
const write = (value: string): boolean =>
  fireEvent.input(screen.getByLabelText('Reason'), { target: { value } });

describe('ConfirmDialog', () => {
  it('takes no empty, blank or overlong reason, and says what to do', () => {
    const got: string[] = [];
    open((reason) => got.push(reason));
    expect(screen.queryByText(/Give a reason in a sentence/)).toBeNull();
    press();
    expect(screen.getByText(/Give a reason in a sentence/)).toBeTruthy();
    write('  \n ');
    press();
    write('x'.repeat(21));
    press();
    expect(got).toEqual([]);
    expect(screen.getByText(/Shorten this by 1/)).toBeTruthy();
  });

  it('hands on the reason, trimmed', () => {
    const got: string[] = [];
    open((reason) => got.push(reason));
    write(' done ');
    press();
    expect(got).toEqual(['done']);
  });
});

describe('KeyTouch', () => {
  it('offers one button, deaf while the browser waits for the key, gone when done', () => {
    let touches = 0;
    const { rerender } = render(
      <KeyTouch state="idle" sentence="…" action="Approve" onTouch={() => touches++} />,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Approve' }));
    rerender(<KeyTouch state="waiting" sentence="…" action="Approve" onTouch={() => touches++} />);
    fireEvent.click(screen.getByRole('button', { name: 'Waiting for the key' }));
    expect(touches).toBe(1);
    rerender(<KeyTouch state="done" sentence="Approved." action="Approve" onTouch={nothing} />);
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByRole('status').textContent).toBe('Approved.');
  });
});

function Notes() {
  const { toasts, say, dismiss } = useToasts();
  return (
    <>
      <Button onClick={() => say('Link copied.')}>Copy</Button>
      <ToastRegion toasts={toasts} onDismiss={dismiss} />
    </>
  );
}

describe('Toasts', () => {
  it('are spoken in a region that was there before, and leave by themselves or when dismissed', () => {
    vi.useFakeTimers();
    render(<Notes />);
    const region = screen.getByRole('status');
    expect(region.textContent).toBe('');
    const copy = screen.getByRole('button', { name: 'Copy' });
    fireEvent.click(copy);
    expect(region.textContent).toBe('Link copied.');
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(region.textContent).toBe('');
    fireEvent.click(copy);
    pass(8000);
    expect(region.textContent).toBe('');
    vi.useRealTimers();
  });
});
