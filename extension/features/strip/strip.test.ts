// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../platform/gates.ts';
import { buildStrip } from './build.ts';
import { tamperCount } from '../page/index.ts';
import { guard } from './guard.ts';
import { START, within } from './position.ts';
import { LOSS, say } from './say.ts';

const gate: Gate = {
  console: 'probe',
  name: 'Probe',
  hosts: [],
  mode: 'watch',
  access: 'change',
  base: 'change',
  session: '',
  grant: '',
  until: 0,
  basis: 'approved',
  server: 'answers',
  cutoff: 0,
  record: 'actions',
  pack: '',
  reads: [],
  start: '',
};
const minute = 60_000;
const running = { ...gate, grant: 'g'.repeat(22) };

describe('what the strip says', () => {
  it.each<[string, Gate, number, ReturnType<typeof say>]>([
    ['watched', gate, 0, { state: 'watch', words: 'Actions are recorded', left: '', buttons: ['ask'] }],
    [
      'running',
      running,
      12 * minute,
      { state: 'running', words: 'Change access', left: '12 min', buttons: ['more', 'end'] },
    ],
    [
      'at 5 minutes',
      running,
      5 * minute,
      { state: 'warning', words: LOSS, left: '5:00', buttons: ['more', 'end'] },
    ],
    [
      'at 1 minute',
      running,
      minute,
      { state: 'last', words: `Save now. ${LOSS}`, left: '1:00', buttons: ['more', 'end'] },
    ],
    [
      'away, where policy lets it run on',
      { ...running, server: 'away' },
      12 * minute,
      {
        state: 'offline',
        words: 'Open, but the server is not responding',
        left: '12 min',
        buttons: ['more', 'end'],
      },
    ],
    [
      'away, where it shuts before its end',
      { ...running, server: 'away', cutoff: 41_000 },
      12 * minute,
      {
        state: 'last',
        words: 'Save now. The server is not responding. Shuts in',
        left: '0:41',
        buttons: ['end'],
      },
    ],
    [
      'of another version',
      { ...running, server: 'unfit', cutoff: 41_000 },
      12 * minute,
      {
        state: 'last',
        words: 'Save now. Server and extension are incompatible. Shuts in',
        left: '0:41',
        buttons: ['end'],
      },
    ],
  ])('%s', (_, gate, left, said) => expect(say({ ...gate, until: left }, 0)).toEqual(said));

  it('says what was stopped where one may only look, with Request access first, by mode and by grant', () => {
    const words = 'Purge was blocked: you have view-only access';
    const looked = { ...gate, mode: 'read-only', access: 'view', base: 'view' } as const;
    expect(say(looked, 0, words)).toEqual({ state: 'warning', words, left: '', buttons: ['ask'] });
    const granted = { ...running, access: 'view', base: 'none', until: 12 * minute } as const;
    expect(say(granted, 0)).toMatchObject({ words: 'View access', buttons: ['more', 'ask', 'end'] });
    expect(say(granted, 0, words)).toEqual({
      state: 'warning',
      words,
      left: '12 min',
      buttons: ['ask', 'more', 'end'],
    });
    expect(say(granted, 11.5 * minute, words)).toMatchObject({ state: 'last', words });
    expect(say({ ...granted, server: 'away', cutoff: 41_000 }, 0, words).words).toMatch(/^Save now/);
    expect(say({ ...granted, access: 'change' }, 0, words).words).toBe('Change access');
  });

  it('marks what is self-approved', () => {
    for (const left of [12, 4, 0.5])
      expect(say({ ...running, basis: 'self-approved', until: left * minute }, 0).words).toMatch(
        /self-approved/i,
      );
  });
});

describe('the strip', () => {
  beforeEach(() => {
    document.documentElement.innerHTML = '<body></body>';
  });

  it('shows words, time and buttons, and hears no press made by script (case 35)', () => {
    const pressed = vi.fn<(button: string) => void>();
    const strip = buildStrip(pressed);
    strip.show(say({ ...running, until: 12 * minute }, 0), 'Probe');
    expect(strip.host.shadowRoot).toBeNull();
    expect(strip.body.textContent).toBe('Change access12 minExtendEnd');
    for (const button of strip.body.querySelectorAll('button')) button.click();
    expect(pressed).not.toHaveBeenCalled();
    expect(strip.root.querySelector('input,textarea,select,[contenteditable]')).toBeNull();
  });

  it('keeps its buttons while only the time changes', () => {
    const strip = buildStrip(() => undefined);
    strip.show(say({ ...running, until: 12 * minute }, 0), 'Probe');
    const button = strip.body.querySelector('[data-b]');
    strip.show(say({ ...running, until: 11 * minute }, 0), 'Probe');
    expect(strip.body.querySelector('[data-b]')).toBe(button);
    strip.fold(true);
    expect(strip.handle.getAttribute('aria-expanded')).toBe('false');
  });

  it('comes back when the page removes or hides it, until it is a fight (case 31, T35)', async () => {
    const host = document.createElement('div');
    const controller = new AbortController();
    const count = tamperCount(3);
    const times: boolean[] = [];
    guard(host, () => times.push(count(0)) > 0 && times.at(-1) === true, controller.signal);
    expect(host.parentNode).toBe(document.documentElement);
    host.remove();
    await new Promise((later) => setTimeout(later, 5));
    expect(host.isConnected).toBe(true);
    host.setAttribute('style', 'display: none !important');
    await new Promise((later) => setTimeout(later, 5));
    expect(host.hasAttribute('style')).toBe(false);
    host.remove();
    await new Promise((later) => setTimeout(later, 5));
    expect(host.isConnected).toBe(false);
    expect(times).toEqual([false, false, true]);
    controller.abort();
  });

  it('counts a fight within a minute only', () => {
    const count = tamperCount(2);
    expect([count(0), count(61_000), count(62_000)]).toEqual([false, false, true]);
  });

  it('stays where it can be reached', () => {
    expect(within({ x: 5000, y: 5000, folded: true }, 1280, 800)).toEqual({ x: 600, y: 744, folded: true });
    expect(within({ x: -5000, y: -50, folded: false }, 1280, 800)).toEqual({ x: -600, y: 0, folded: false });
    expect(within(START, 10, 10)).toEqual(START);
  });
});
