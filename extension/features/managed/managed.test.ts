import { beforeEach, expect, test, vi } from 'vitest';
import { state } from '../state/index.ts';
import { setRun, setState } from '../state/testing.ts';
import { checkManaged, otherThan, refuseOther } from './managed.ts';

let raw: Record<string, unknown>;
const stored: unknown[] = [];
vi.mock('webextension-polyfill', async () => ({
  default: (await import('wxt/testing/fake-browser')).fakeBrowser,
}));
vi.mock('../../platform/managed.ts', () => ({ readManaged: () => Promise.resolve(raw) }));
vi.mock('../../platform/db.ts', () => ({
  db: () => Promise.resolve({ put: (...of: unknown[]) => void stored.push(of) }),
}));

const good = {
  server: 'https://cs.example.com',
  genesis: 'q8jWQ7c0mJt5yY2pVdXzN1rA4sK6uE9fGhTbLwZxM3o',
  hosts: ['vault.test'],
};
const pairedWith = (server: string, genesis = good.genesis) => {
  setState({
    identity: { server, state: 'paired', log: { genesis } } as NonNullable<typeof state.identity>,
  });
};

beforeEach(() => {
  stored.length = 0;
  raw = {};
  setState({ identity: undefined, managed: undefined, former: [], released: false, refused: '' });
  setRun({ since: Date.now(), held: [] });
});

test('T12: empty is “not read yet” for a minute after the browser’s start, and “nothing” after it', async () => {
  raw = good;
  await checkManaged();
  expect(state.managed).toEqual({ ...good, fault: '' });
  raw = {};
  await checkManaged();
  expect(state.managed).toEqual({ ...good, fault: '' });
  setRun({ since: Date.now() - 61_000 });
  await checkManaged();
  expect(state.managed).toBeUndefined();
  expect(state.released).toBe(true);
});

test('it is kept, so that a start at which it comes late is shut too', async () => {
  raw = good;
  await checkManaged();
  expect(stored).toContainEqual(['meta', good, 'managed']);
});

test('a pairing with another server or log ends, and one with its own goes on', async () => {
  raw = good;
  for (const [server, genesis] of [
    ['https://other.example.com', good.genesis],
    [good.server, good.genesis.toLowerCase()],
  ] as const) {
    pairedWith(server, genesis);
    await checkManaged();
    expect(state.identity).toMatchObject({ state: 'ended' });
    expect(state.refused).not.toBe('');
  }
  pairedWith(good.server);
  await checkManaged();
  expect(state.identity).toMatchObject({ state: 'paired' });
});

test('pairing elsewhere is refused with a sentence, and anywhere while the policy cannot be read whole', async () => {
  expect(otherThan('https://other.example.com')).toBeUndefined();
  raw = good;
  await checkManaged();
  expect(() => refuseOther('https://other.example.com')).toThrow('pair only with cs.example.com');
  expect(() => refuseOther(good.server)).not.toThrow();
  expect(otherThan(good.server, 'another')).toMatch(/has a different log/);
  raw = { ...good, genesis: 'short' };
  await checkManaged();
  expect(() => refuseOther(good.server)).toThrow(/Countersign policy has an error: genesis must be/);
});
