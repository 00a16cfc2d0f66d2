// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { Button } from './Button.tsx';
import { TextField } from './Field.tsx';
import { RadioCards } from './RadioCards.tsx';
import { Select } from './Select.tsx';
import { TextArea } from './TextArea.tsx';

afterEach(cleanup);
const nothing = (): void => {};

describe('Button', () => {
  it('does nothing while busy, and keeps its place', () => {
    let pressed = 0;
    const { rerender } = render(<Button onClick={() => pressed++}>Ask</Button>);
    fireEvent.click(screen.getByRole('button', { name: 'Ask' }));
    rerender(
      <Button busy onClick={() => pressed++}>
        Ask
      </Button>,
    );
    const button = screen.getByRole('button', { name: 'Ask' });
    fireEvent.click(button);
    expect(pressed).toBe(1);
    expect(button.getAttribute('aria-busy')).toBe('true');
    expect(button.hasAttribute('disabled')).toBe(false);
  });

  it('submits no form by accident', () => {
    render(<Button>Ask</Button>);
    expect(screen.getByRole('button').getAttribute('type')).toBe('button');
  });

  it('holds back a busy submit', () => {
    let submitted = 0;
    render(
      <form onSubmit={() => submitted++}>
        <Button type="submit" busy>
          Ask
        </Button>
      </form>,
    );
    fireEvent.click(screen.getByRole('button'));
    expect(submitted).toBe(0);
  });
});

describe('Field', () => {
  it('wires label, hint and error to the control', () => {
    render(
      <TextField
        label="Name"
        hint="As colleagues know you."
        error="Write a name."
        value=""
        onValue={nothing}
      />,
    );
    const input = screen.getByLabelText('Name');
    const said = (input.getAttribute('aria-describedby') ?? '').split(' ');
    const words = said.map((id) => input.ownerDocument.querySelector(`[id="${id}"]`)?.textContent);
    expect(words).toEqual(['As colleagues know you.', 'Write a name.']);
    expect(input.getAttribute('aria-invalid')).toBe('true');
  });

  it('says nothing of an error that is not there', () => {
    render(<TextField label="Name" error="" value="" onValue={nothing} />);
    const input = screen.getByLabelText('Name');
    expect(input.hasAttribute('aria-invalid')).toBe(false);
    expect(input.hasAttribute('aria-describedby')).toBe(false);
  });

  it('hands on each keystroke', () => {
    const got: string[] = [];
    render(<TextField label="Name" value="" onValue={(value) => got.push(value)} />);
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'Ada' } });
    expect(got).toEqual(['Ada']);
  });
});

describe('TextArea', () => {
  it('counts only when the limit is near', () => {
    const { rerender } = render(<TextArea label="Why" value={'x'.repeat(80)} onValue={nothing} max={100} />);
    expect(screen.queryByText('80 / 100')).toBeNull();
    rerender(<TextArea label="Why" value={'x'.repeat(81)} onValue={nothing} max={100} />);
    expect(screen.getByText('81 / 100')).toBeTruthy();
  });

  it('counts code points, says how much is too much and cuts nothing', () => {
    render(<TextArea label="Why" value="👍👍👍" onValue={nothing} max={2} />);
    expect(screen.getByText('3 / 2')).toBeTruthy();
    expect(screen.getByText('Shorten this by 1: at most 2 characters.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>('Why').value).toBe('👍👍👍');
  });

  it('lets the caller’s error go first', () => {
    render(<TextArea label="Why" value="long" onValue={nothing} max={2} error="Say why." />);
    expect(screen.queryByText(/Shorten/)).toBeNull();
    expect(screen.getByText('Say why.')).toBeTruthy();
  });
});

describe('choices', () => {
  it('RadioCards is one named group of radios', () => {
    const got: string[] = [];
    const options = [
      { value: 'view', label: 'View' },
      { value: 'change', label: 'Change', hint: 'Everything, recorded.' },
    ] as const;
    render(<RadioCards legend="Level" value="view" options={options} onValue={(value) => got.push(value)} />);
    expect(screen.getByRole('group', { name: 'Level' })).toBeTruthy();
    const [view, change] = screen.getAllByRole<HTMLInputElement>('radio');
    expect(view?.checked).toBe(true);
    expect(view?.name).toBe(change?.name);
    if (change) fireEvent.click(change);
    expect(got).toEqual(['change']);
  });

  it('Select hands on only values it offered', () => {
    const got: string[] = [];
    const options = [
      { value: 'a', label: 'Approver' },
      { value: 'b', label: 'Auditor' },
    ] as const;
    render(<Select label="Role" value="a" options={options} onValue={(value) => got.push(value)} />);
    fireEvent.change(screen.getByLabelText('Role'), { target: { value: 'b' } });
    expect(got).toEqual(['b']);
  });
});
