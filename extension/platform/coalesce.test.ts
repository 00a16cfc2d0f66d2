import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

test('runs one at a time, and who calls during a run gets the next one', async () => {
  const runs: (() => void)[] = [];
  const run = coalesce(() => new Promise<void>((resolve) => void runs.push(resolve)));
  const first = run();
  const second = run();
  const third = run();
  expect(runs.length).toBe(1);
  expect(third).toBe(second);
  runs[0]?.();
  await first;
  await new Promise((resolve) => setTimeout(resolve));
  expect(runs.length).toBe(2);
  runs[1]?.();
  await second;
  const fourth = run();
  expect(runs.length).toBe(3);
  runs[2]?.();
  await fourth;
});

test('a failed run does not stop the one after it', async () => {
  let fails = true;
  const run = coalesce(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve()));
  const first = run();
  const second = run();
  fails = false;
  await expect(first).rejects.toThrow('away');
  await expect(second).resolves.toBeUndefined();
});
