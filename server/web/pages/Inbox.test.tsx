// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/preact';
import { LocationProvider } from 'preact-iso/router';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { inbox, refreshInbox } from '../state/inbox.ts';
import { me, type Me } from '../state/me.ts';
import { notifying } from '../state/notifications.ts';
import { InboxPage } from './Inbox.tsx';

const request = (id: string): RequestView =>
  ({
    id,
    person: { id: 'p', handle: 'ada' },
    console: { id: 'node-red', name: 'Node-RED' },
    level: 'change',
    seconds: 1800,
    asked: 1,
    expires: Date.now() + 60_000,
    status: 'waiting',
    deciders: [],
    browser: { id: 'b', label: 'Chromium', paired: 1, status: 'paired' },
  }) as unknown as RequestView;

const shown = vi.fn<(title: string, options: NotificationOptions) => Promise<void>>();
let waiting: RequestView[];

/** As Chromium on Android has it: the constructor exists, and throws for pages. */
class Illegal {
  static permission: NotificationPermission = 'granted';
  static requestPermission = () => Promise.resolve('granted');
  constructor() {
    throw new TypeError("Failed to construct 'Notification': Illegal constructor.");
  }
}

vi.mock('../state/api.ts', async (actual) => ({
  ...(await actual<object>()),
  api: () => Promise.resolve({ now: Date.now(), toDecide: waiting, mine: [], lately: [], acts: [] }),
}));

const settle = (): Promise<void> => act(() => new Promise((done) => setTimeout(done, 5)));
const come = async (...ids: string[]): Promise<void> => {
  waiting = ids.map(request);
  refreshInbox();
  await settle();
};
const page = (): void => {
  render(
    <LocationProvider>
      <InboxPage />
    </LocationProvider>,
  );
};

beforeEach(async () => {
  vi.stubGlobal('Notification', Illegal);
  const registration = { showNotification: shown };
  const serviceWorker = {
    register: () => Promise.resolve(registration),
    ready: Promise.resolve(registration),
  };
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator) as Navigator, { serviceWorker }));
  shown.mockReset().mockResolvedValue();
  notifying.value = 'granted';
  me.value = { person: { id: 'me', roles: ['approver'] }, browsers: [] } as unknown as Me;
  inbox.value = {};
  await come();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('on Android a request that comes is notified by the service worker, and stands in the inbox', async () => {
  page();
  await come('r1');
  expect(shown.mock.calls).toEqual([
    [
      'A request needs you',
      { body: 'ada requests change access to Node-RED for 30 minutes.', tag: 'r1', data: '/requests/r1' },
    ],
  ]);
  expect(screen.getByText('1 request needs your decision.')).toBeTruthy();
});

test('a notification that cannot be shown hides no request, and the page says so in words', async () => {
  shown.mockRejectedValue(new TypeError('No active registration'));
  page();
  await come('r1');
  expect(screen.getByText('1 request needs your decision.')).toBeTruthy();
  expect(screen.getByText(/This browser could not show a notification/)).toBeTruthy();
  expect(document.body.textContent).not.toContain('registration');
});

test('one request that cannot be drawn hides no other part', async () => {
  vi.stubGlobal('reportError', () => undefined);
  me.value = { person: { id: 'me', roles: ['approver', 'engineer'] }, browsers: [] } as unknown as Me;
  page();
  waiting = [{ ...request('r1'), person: undefined as never }];
  await act(() => {
    inbox.value = { data: { now: 0, toDecide: waiting, mine: [], lately: [] } };
  });
  expect(screen.getByText('This part could not be shown')).toBeTruthy();
  expect(screen.getByText('Pair this browser to request access.')).toBeTruthy();
});
