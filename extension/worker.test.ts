import { expect, test, vi } from 'vitest';
import { startWorker } from './worker.ts';

const done: string[] = [];
const says = (what: string) => () => {
  done.push(what);
  return Promise.resolve();
};
const alarms: ((name: string) => void)[] = [];
vi.mock('./platform/alarms.ts', () => ({
  onAlarm: (heard: (name: string) => void) => alarms.push(heard),
  setRepeating: () => undefined,
}));
vi.mock('./features/state/index.ts', () => ({ load: () => says('load')() }));
vi.mock('./features/gate/index.ts', () => ({ reconcile: () => says('reconcile')() }));

test('every feature starts in the first turn; then state, gates and looks follow in the order of the list', async () => {
  const feature = (name: string) => ({
    start: () => void done.push(`${name} starts`),
    prepare: says(`${name} prepares`),
    look: says(`${name} looks`),
  });
  const life = new AbortController();
  startWorker([feature('a'), {}, feature('b')], life.signal);
  expect(done).toEqual(['load', 'a starts', 'b starts']);
  await vi.waitFor(() => expect(done).toContain('b looks'));
  const then = ['a prepares', 'b prepares', 'reconcile', 'a looks', 'b looks'];
  expect(done).toEqual(['load', 'a starts', 'b starts', ...then]);

  done.length = 0;
  for (const heard of alarms) heard('tick');
  await vi.waitFor(() => expect(done).toEqual(['a looks', 'b looks']));
  life.abort();
  for (const heard of alarms) heard('tick');
  await new Promise((over) => setTimeout(over));
  expect(done).toEqual(['a looks', 'b looks']);
});
