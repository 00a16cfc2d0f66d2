import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Code } from '#shared/errors.ts';
import type { Lease } from '#shared/domain/grants/statements.ts';
import type { Identity } from '../../platform/db.ts';
import type { state as State } from '../state/index.ts';
import type * as testing from '../state/testing.ts';

/** Seconds at which the server was called, and what comes of it. */
let called: number[];
let outcome: () => Promise<unknown>;
let began: number;
let state: typeof State;
let setRun: typeof testing.setRun;
let setState: typeof testing.setState;
let heartbeat: () => Promise<void>;
let refuse: (code: Code) => () => Promise<never>;

vi.mock('../../platform/api.ts', () => ({
  call: () => {
    called.push(Math.round((Date.now() - began) / 1000));
    return outcome();
  },
}));
vi.mock('../gate/index.ts', () => ({ reconcile: () => Promise.resolve() }));
vi.mock('webextension-polyfill', async () => ({
  default: (await import('wxt/testing/fake-browser')).fakeBrowser,
}));

const lease = { grant: 'g', console: 'c', issued: 0, dies: 60_000, until: 900_000 } as Lease;

beforeEach(async () => {
  // Each worker's life begins anew, with no failures behind it.
  vi.resetModules();
  ({ heartbeat } = await import('./sync.ts'));
  ({ state } = await import('../state/index.ts'));
  ({ setRun, setState } = await import('../state/testing.ts'));
  const { Refusal } = await import('#shared/errors.ts');
  refuse = (code) => () => Promise.reject(new Refusal(code));
  vi.useFakeTimers();
  called = [];
  began = Date.now();
  setState({ identity: { state: 'paired' } as Identity });
  setRun({
    unreachableSince: 0,
    unfit: '',
    held: [{ lease, anchor: { wall: began }, basis: 'approved' }],
  });
});
afterEach(() => {
  setRun({ held: [] });
  vi.clearAllTimers();
  vi.useRealTimers();
});

test('without an answer it tries again after 1, 2, 3 and then every 5 seconds', async () => {
  outcome = refuse('unreachable');
  await heartbeat();
  expect(state.run.unreachableSince).toBe(began);
  await vi.advanceTimersByTimeAsync(16_500);
  expect(called).toEqual([0, 1, 3, 6, 11, 16]);
});

test('once it is answered it goes on every 15 seconds, and the next silence is tried hard again', async () => {
  outcome = refuse('unreachable');
  await heartbeat();
  outcome = () =>
    Promise.resolve({ now: Date.now(), leases: [], consoles: state.list?.number, checkpoint: '' });
  // Nobody signed this lease; it stays as if it had been renewed.
  const { held } = state.run;
  await vi.advanceTimersByTimeAsync(1000);
  expect(state.run.unreachableSince).toBe(0);
  setRun({ held });
  outcome = refuse('unreachable');
  called = [];
  began = Date.now();
  await heartbeat();
  await vi.advanceTimersByTimeAsync(3000);
  expect(called).toEqual([0, 1, 3]);
});

test('an answer that takes too long is missed while it is still waited for', async () => {
  outcome = () => new Promise(() => undefined);
  void heartbeat();
  await vi.advanceTimersByTimeAsync(3900);
  expect(state.run.unreachableSince).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(state.run.unreachableSince).toBeGreaterThan(0);
});

test('a server of another version answers: it is asked at the usual pace, and what is held is the last', async () => {
  outcome = refuse('extension_outdated');
  await heartbeat();
  expect(state.run).toMatchObject({ unreachableSince: 0, unfit: 'extension_outdated' });
  expect(state.run.held[0]).toMatchObject({ last: true, lease: { until: 60_000 } });
  await vi.advanceTimersByTimeAsync(14_000);
  expect(called).toEqual([0]);
});
