import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** Listeners that stand, and the events that they listen to. */
const { standing, drop, anyBrowser } = vi.hoisted(() => {
  const standing: { path: string; listener: unknown }[] = [];
  const drop = (path: string, listener: unknown) => {
    const at = standing.findIndex((one) => one.path === path && one.listener === listener);
    if (at >= 0) standing.splice(at, 1);
  };
  /** Every event of a browser that there could be; every call answers with nothing. */
  const anyBrowser = (path: string): unknown =>
    new Proxy(() => Promise.resolve({}), {
      get(_, name) {
        if (typeof name === 'symbol' || name === 'then') return undefined;
        if (name === 'addListener') return (listener: unknown) => standing.push({ path, listener });
        if (name === 'removeListener') return (listener: unknown) => drop(path, listener);
        return anyBrowser(`${path}.${name}`);
      },
    });
  return { standing, drop, anyBrowser };
});
vi.mock('webextension-polyfill', () => ({ default: anyBrowser('browser') }));
// What is stored never comes, so nothing but the first turn runs.
vi.mock('./platform/db.ts', () => ({ db: () => new Promise(() => undefined) }));

beforeEach(() => {
  vi.stubGlobal('chrome', anyBrowser('chrome'));
  vi.stubGlobal(
    'addEventListener',
    (type: string, listener: unknown, { signal }: AddEventListenerOptions) => {
      standing.push({ path: type, listener });
      signal?.addEventListener('abort', () => drop(type, listener));
    },
  );
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('whatever the worker’s features listen to or wait for ends with its signal', async () => {
  const { workerFeatures } = await import('./features.ts');
  const { startWorker } = await import('./worker.ts');
  const life = new AbortController();
  startWorker(workerFeatures, life.signal);
  expect([...new Set(standing.map(({ path }) => path))].toSorted()).toEqual([
    'browser.alarms.onAlarm',
    'browser.permissions.onAdded',
    'browser.permissions.onRemoved',
    'browser.runtime.onInstalled',
    'browser.runtime.onMessage',
    'browser.runtime.onStartup',
    'browser.tabs.onRemoved',
    'browser.webNavigation.onBeforeNavigate',
    'browser.webNavigation.onCommitted',
    'browser.webNavigation.onErrorOccurred',
    'browser.webRequest.onBeforeRedirect',
    'browser.webRequest.onBeforeRequest',
    'browser.webRequest.onCompleted',
    'browser.webRequest.onErrorOccurred',
    'browser.windows.onRemoved',
    'chrome.storage.onChanged',
    'online',
  ]);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  life.abort();
  expect(standing).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
