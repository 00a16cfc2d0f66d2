import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenDatabase } from '../db/index.ts';
import { SqliteStore } from './sqlite/store.ts';
import { CommitError, type GroupRows } from './store.ts';
import { type TestLog, makeFolder, openLog } from './testing.ts';

/** A store that is far away: each commit waits until it is let through, and then comes to pass or fails. */
class FarStore extends SqliteStore {
  readonly asked: GroupRows[] = [];
  readonly #gates: PromiseWithResolvers<void>[] = [];
  #broken = false;

  override async commit(rows: GroupRows): Promise<void> {
    const gate = Promise.withResolvers<void>();
    this.asked.push(rows);
    this.#gates.push(gate);
    await gate.promise;
    if (this.#broken) throw new CommitError('the group before it could not be written', false);
    await super.commit(rows);
  }

  override resume(): void {
    this.#broken = false;
    super.resume();
  }

  /** The oldest commit that waits goes on, or fails and with it those after it. */
  let(outcome: 'pass' | 'fail'): void {
    const gate = this.#gates.shift();
    if (outcome === 'pass') {
      gate?.resolve();
      return;
    }
    this.#broken = true;
    gate?.reject(new CommitError('the network is away', false));
    for (const later of this.#gates.splice(0)) later.resolve();
  }
}

let folder: string;
let log: TestLog;
let store: FarStore;

beforeEach(async () => {
  folder = makeFolder();
  log = await openLog(folder, { storeOf: (database: OpenDatabase) => (store = new FarStore(database)) });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

const text = (id: string): string | undefined => log.writer.state.get('note', id)?.text;

test('while a commit takes its time, the next group is judged against memory, and readers see what is committed', async () => {
  const first = log.put('a', 'one');
  await expect.poll(() => store.asked.length).toBe(1);
  const second = log.writer.run((draft) => {
    const before = draft.state.get('note', 'a')?.text ?? '';
    return draft.append('note.put', { id: 'a', text: `${before} two` });
  });
  await expect.poll(() => store.asked.length).toBe(2);
  expect(text('a')).toBeUndefined();
  expect(log.writer.reader.size).toBe(0);
  store.let('pass');
  expect((await first).size).toBe(1);
  expect(text('a')).toBe('one');
  store.let('pass');
  expect(await second).toMatchObject({ value: 1, size: 2 });
  expect(text('a')).toBe('one two');
});

test('no more than two groups wait for the store, and what comes meanwhile is one group after them', async () => {
  const all = [log.put('a', 'x')];
  await expect.poll(() => store.asked.length).toBe(1);
  all.push(log.put('b', 'x'));
  await expect.poll(() => store.asked.length).toBe(2);
  all.push(...Array.from({ length: 50 }, (_, n) => log.put(`c${n}`, 'x')));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(store.asked).toHaveLength(2);
  store.let('pass');
  await expect.poll(() => store.asked.length).toBe(3);
  store.let('pass');
  store.let('pass');
  const done = await Promise.all(all);
  expect(done.map(({ first }) => first)).toEqual(Array.from({ length: 52 }, (_, n) => n));
  expect(new Set(done.slice(2).map(({ checkpoint }) => checkpoint)).size).toBe(1);
});

test('a commit that fails takes what was judged on top of it along, nobody hears of it, and then it goes on', async () => {
  const heard: unknown[] = [];
  log.writer.subscribe((entries) => heard.push(...entries.map(({ entry }) => entry.body['id'])));
  const lost = [log.put('a', 'x')];
  await expect.poll(() => store.asked.length).toBe(1);
  lost.push(log.put('b', 'x'));
  await expect.poll(() => store.asked.length).toBe(2);
  store.let('fail');
  const outcomes = await Promise.allSettled(lost);
  expect(outcomes).toMatchObject([
    { reason: { code: 'log_unwritable' } },
    { reason: { code: 'log_unwritable' } },
  ]);
  expect(log.writer.tree.size).toBe(0);
  const kept = log.put('c', 'x');
  await expect.poll(() => store.asked.length).toBe(3);
  store.let('pass');
  expect(await kept).toMatchObject({ value: 0, size: 1 });
  expect([text('a'), text('b'), text('c')]).toEqual([undefined, undefined, 'x']);
  expect(heard).toEqual(['c']);
});
