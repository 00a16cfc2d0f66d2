// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Countdown } from './Countdown.tsx';
import { Hash, shorten } from './Hash.tsx';
import { leftTone, leftWords } from './left.ts';
import { momentWords, relativeWords } from './moments.ts';
import { SafeText } from './SafeText.tsx';
import { Time } from './Time.tsx';
import { Timeline } from './Timeline.tsx';

const noon = new Date(2026, 10, 23, 12, 0, 0).getTime();
const minute = 60_000;

/** Lets `ms` milliseconds pass and the page draw. */
function pass(ms: number): void {
  void act(() => {
    vi.advanceTimersByTime(ms);
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('Countdown', () => {
  it('turns amber at five minutes, red at one, and says so once', () => {
    render(<Countdown until={noon + 5 * minute + 2000} />);
    const left = screen.getByRole('timer');
    expect(left.textContent).toBe('6 min');
    expect(left.dataset['tone']).toBe('plain');
    expect(screen.getByRole('status').textContent).toBe('');

    pass(2000);
    expect(left.textContent).toBe('5:00');
    expect(left.dataset['tone']).toBe('wait');
    expect(screen.getByRole('status').textContent).toContain('Five minutes');

    pass(4 * minute);
    expect(left.dataset['tone']).toBe('shut');
    expect(screen.getByRole('status').textContent).toContain('Unsaved work will be lost');

    pass(minute);
    expect(left.textContent).toBe('Time is up');
  });

  it('follows the clock it is given, not the wall clock (case 26)', () => {
    render(<Countdown until={noon + 30 * minute} clock={() => noon + 26 * minute} />);
    expect(screen.getByRole('timer').textContent).toBe('4:00');
  });

  it('stops its timer when it goes', () => {
    const { unmount } = render(<Countdown until={noon} />);
    unmount();
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what is left, in words', () => {
  it.each([
    [30 * minute, '30 min', 'plain'],
    [5 * minute + 1, '6 min', 'plain'],
    [5 * minute, '5:00', 'wait'],
    [minute + 1, '1:01', 'wait'],
    [minute, '1:00', 'shut'],
    [1, '0:01', 'shut'],
    [0, '0:00', 'over'],
    [-5000, '0:00', 'over'],
    [60 * minute, '1 h 00 min', 'plain'],
    [65 * minute, '1 h 05 min', 'plain'],
  ])('%i ms is %s, %s', (ms, words, tone) => {
    expect(leftWords(ms)).toBe(words);
    expect(leftTone(ms)).toBe(tone);
  });
});

describe('Time', () => {
  it('says local time and how long ago, machine-readable, whole on hover', () => {
    render(<Time at={noon - 4 * minute} />);
    const time = screen.getByText(/11:56/);
    expect(time.textContent).toBe('11:56 · 4 min ago');
    expect(time.getAttribute('datetime')).toBe(new Date(noon - 4 * minute).toISOString());
    expect(time.title).toContain('2026');
    pass(minute);
    expect(time.textContent).toContain('5 min ago');
  });

  it('never says of what has just happened that it is to come, however late its last look was', () => {
    const { rerender } = render(<Time at={noon} show="relative" />);
    vi.setSystemTime(noon + 25_000);
    rerender(<Time at={noon + 24_000} show="relative" />);
    expect(screen.getByText('just now')).toBeTruthy();
  });

  it('names the day when it is not today, and the year when it is not this one', () => {
    expect(momentWords(noon - 24 * 60 * minute, noon)).toBe('22 Nov, 12:00');
    expect(momentWords(new Date(2025, 0, 2, 3, 4).getTime(), noon)).toBe('2 Jan 2025, 03:04');
    expect(relativeWords(noon, noon)).toBe('just now');
    expect(relativeWords(noon + 90 * minute, noon)).toBe('in 1 hr');
    expect(relativeWords(noon + 15 * minute - 900, noon)).toBe('in 15 min');
    expect(relativeWords(noon - 15 * minute + 900, noon)).toBe('14 min ago');
    expect(relativeWords(noon + 4_000, noon)).toBe('just now');
    expect(relativeWords(noon + 40_000, noon)).toBe('in a moment');
  });
});

describe('Timeline', () => {
  it('names the day where it changes, and never today alone', () => {
    const day = 24 * 60 * minute;
    const lines = [2 * day, 2 * day - minute, day, 0].map((ago) => ({
      key: String(ago),
      at: noon - ago,
      what: `${ago / minute} ago`,
    }));
    const { rerender } = render(<Timeline label="All" lines={lines} />);
    const days = screen.getAllByText(/Nov|Today/).map((element) => element.textContent);
    expect(days).toEqual(['Saturday 21 Nov', 'Sunday 22 Nov', 'Today']);
    rerender(<Timeline label="All" lines={lines.slice(3)} />);
    expect(screen.queryByText('Today')).toBeNull();
  });
});

describe('SafeText (case 71)', () => {
  it('shows scripts as text and hidden characters as labelled glyphs, isolated', () => {
    const { container } = render(<SafeText text={'<b>x</b>\u202Ey'} />);
    expect(container.querySelector('bdi')?.textContent).toBe('<b>x</b>RLOy');
    expect(container.querySelector('b')).toBeNull();
    expect(screen.getByRole('img', { name: 'right-to-left override' })).toBeTruthy();
  });

  it('cuts 10,000 characters where shown, and keeps them whole behind a button', () => {
    const { container } = render(<SafeText text={'x'.repeat(10_000)} max={50} />);
    const shown = (): number => container.querySelector('bdi')?.textContent.length ?? 0;
    expect(shown()).toBe(51);
    const more = screen.getByRole('button', { name: 'Show all (9950 more)' });
    fireEvent.click(more);
    expect(shown()).toBe(10_000);
    expect(more.getAttribute('aria-expanded')).toBe('true');
    fireEvent.click(more);
    expect(shown()).toBe(51);
  });

  it('offers no button when all is shown', () => {
    render(<SafeText text="short" />);
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('Hash', () => {
  it('shortens in the middle and keeps what is short', () => {
    expect(shorten('0123456789abcdefXYZ', 4)).toBe('0123…fXYZ');
    expect(shorten('012345678', 4)).toBe('012345678');
  });

  it('copies the whole and says so', async () => {
    const written: string[] = [];
    vi.stubGlobal('navigator', {
      clipboard: { writeText: (text: string) => Promise.resolve(written.push(text)) },
    });
    render(<Hash value={'ab'.repeat(32)} what="entry hash" />);
    fireEvent.click(screen.getByRole('button', { name: 'Copy entry hash' }));
    await act(() => Promise.resolve());
    expect(written).toEqual(['ab'.repeat(32)]);
    expect(screen.getByRole('status').textContent).toBe('Copied');
    vi.unstubAllGlobals();
  });
});
