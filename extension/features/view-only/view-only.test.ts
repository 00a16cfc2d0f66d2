// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../platform/gates.ts';
import { startViewOnly } from './view-only.ts';
import { notice } from './notice.ts';
import { onlyReads } from '../../packs/reads.ts';

const gate: Gate = {
  console: 'probe',
  name: 'Probe',
  hosts: ['probe.example'],
  mode: 'read-only',
  access: 'view',
  base: 'view',
  session: '',
  grant: '',
  until: 0,
  basis: 'approved',
  server: 'answers',
  cutoff: 0,
  record: 'actions',
  pack: '',
  reads: ['POST /login', 'POST /api/read/*'],
  start: '',
};

let controller: AbortController;
let navigation: EventTarget;
let written: Record<string, { detail: { words: string } }>[];
beforeEach(() => {
  controller = new AbortController();
  navigation = new EventTarget();
  written = [];
  vi.stubGlobal('navigation', navigation);
  Object.defineProperty(navigator, 'userActivation', { value: { isActive: true }, configurable: true });
  vi.stubGlobal('chrome', {
    runtime: { onMessage: { addListener: () => undefined, removeListener: () => undefined } },
    storage: {
      local: { set: (items: (typeof written)[number]) => Promise.resolve(void written.push(items)) },
    },
  });
  location.href = 'http://probe.example/users';
});
afterEach(() => {
  controller.abort();
  vi.unstubAllGlobals();
});

/** A form goes to `url`; was it stopped? */
function sends(url: string, more: Partial<Gate> = {}, formData: FormData | null = new FormData()): boolean {
  startViewOnly({
    gate: () => ({ ...gate, ...more }),
    onGate: () => undefined,
    top: true,
    signal: controller.signal,
  });
  const event = Object.assign(new Event('navigate', { cancelable: true }), {
    formData,
    destination: { url },
  });
  navigation.dispatchEvent(event);
  return event.defaultPrevented;
}
const words = () => written.flatMap((items) => Object.values(items).map(({ detail }) => detail.words));

describe('a form in a console that may only be looked at', () => {
  it('is stopped, told by the strip and recorded', () => {
    expect(sends('http://probe.example:8080/users?token=abc')).toBe(true);
    expect(notice()).toBe('POST /users?token=*** was blocked: you have view-only access');
    expect(words()).toEqual(['POST /users?token=*** (stopped)']);
  });

  it('is recorded without words where only times are', () => {
    expect(sends('http://probe.example/users', { record: 'times' })).toBe(true);
    expect(words()).toEqual([]);
  });

  it.each([
    ['the sign-in that policy names', 'http://probe.example/login', {}],
    ['what reads below a path', 'http://probe.example/api/read/all?x', {}],
    ['a form to another site, as a sign-in’s', 'https://idp.example/sso', {}],
    ['a form of a console open to change', 'http://probe.example/users', { access: 'change' as const }],
  ])('passes: %s', (_, url, more) => {
    expect(sends(url, more)).toBe(false);
    expect(words()).toEqual([]);
  });

  it('passes where nothing is sent with it', () => {
    expect(sends('http://probe.example/users', {}, null)).toBe(false);
  });
});

it('reads are exact, or below a star', () => {
  expect(onlyReads(['POST /a'], 'POST /a')).toBe(true);
  expect(onlyReads(['POST /a'], 'POST /ab')).toBe(false);
  expect(onlyReads(['POST /a*'], 'POST /ab')).toBe(true);
});
