import { expect, test } from 'vitest';
import { straysOf } from './strays.ts';

const harbour = { hosts: ['harbour.test'] };
const ids = (...of: Parameters<typeof straysOf>) => straysOf(...of).map(({ id }) => id);

test('a window belongs to the console that it has its origin of, whoever opened it', () => {
  const windows = [
    { id: 1, opener: undefined, origin: 'https://harbour.test:8443' },
    { id: 2, opener: 9, origin: 'https://vault.test' },
    { id: 3, opener: 9, origin: '' },
    { id: 4, opener: 9, origin: 'null' },
  ];
  expect(ids(harbour, windows, [{ id: 9 }])).toEqual([1]);
});

test('one that does not answer belongs to whoever opened it, over any number of openers', () => {
  const silent = (id: number, opener?: number) => ({ id, opener, origin: undefined });
  expect(ids(harbour, [silent(2, 9), silent(3, 2), silent(4, 8), silent(5)], [{ id: 9 }])).toEqual([2, 3]);
});
