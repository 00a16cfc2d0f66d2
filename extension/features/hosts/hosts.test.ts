import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { Lease } from '#shared/domain/grants/statements.ts';
import { state } from '../state/index.ts';
import { setRun, setState } from '../state/testing.ts';
import { checkHosts } from './hosts.ts';

vi.mock('webextension-polyfill', async () => ({
  default: (await import('wxt/testing/fake-browser')).fakeBrowser,
}));

/** Patterns that the browser allows. */
let allowed: Set<string>;

const aConsole = (id: string, hosts: string[]): ConsoleInfo => ({
  id,
  name: id,
  hosts,
  start: '',
  mode: 'closed',
  pack: '',
  reads: [],
  alsoFrom: [],
  record: 'actions',
  unreachable: 'close',
});
const both = (host: string) => [`http://${host}/*`, `https://${host}/*`];
const notes = async (): Promise<{ console: string; session: string; words: string }[]> =>
  Object.entries(await fakeBrowser.storage.local.get())
    .filter(([key]) => key.startsWith('act:'))
    .map(([, record]) => record as { console: string; session: string; detail: { words: string } })
    .map(({ console, session, detail }) => ({ console, session, words: detail.words }));

beforeEach(() => {
  fakeBrowser.reset();
  vi.stubGlobal('chrome', fakeBrowser);
  fakeBrowser.permissions.contains = (({ origins = [] }: { origins?: string[] }) =>
    Promise.resolve(origins.every((one) => allowed.has(one)))) as typeof fakeBrowser.permissions.contains;
  setState({
    list: {
      type: 'consoles',
      log: 'log/1',
      number: 1,
      consoles: [aConsole('vault', ['vault.test', 'api.vault.test']), aConsole('grafana', ['grafana.test'])],
    },
  });
  setRun({ missing: [], held: [] });
  allowed = new Set([...both('vault.test'), ...both('api.vault.test'), ...both('grafana.test')]);
});

test('nothing is noted while all is allowed', async () => {
  await checkHosts();
  expect(state.run.missing).toEqual([]);
  expect(await notes()).toEqual([]);
});

test('a host that goes in mid-session is noted once, in that session, and so is its return', async () => {
  const lease = { console: 'vault', session: 'the-session', grant: 'g' } as Lease;
  setRun({ held: [{ lease, anchor: { wall: 0 }, basis: 'approved' }] });
  allowed.delete('https://api.vault.test/*');
  await checkHosts();
  await checkHosts();
  expect(state.run.missing).toEqual(['https://api.vault.test/*']);
  expect(await notes()).toEqual([
    {
      console: 'vault',
      session: 'the-session',
      words:
        'Countersign has no permission for api.vault.test in this browser: the console is shut until it is granted',
    },
  ]);
  allowed.add('https://api.vault.test/*');
  await checkHosts();
  const words = (await notes()).map((note) => note.words);
  expect(words).toHaveLength(2);
  expect(words).toContain('Countersign has permission for this console again');
});

test('hosts that were declined at pairing are noted outside any session', async () => {
  allowed.clear();
  await checkHosts();
  expect((await notes()).map(({ console, session }) => `${console}:${session}`).toSorted()).toEqual([
    'grafana:',
    'vault:',
  ]);
});
