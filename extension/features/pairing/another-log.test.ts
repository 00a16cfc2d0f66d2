import { expect, test } from 'vitest';
import { anotherLog } from './another-log.ts';

const server = 'https://cs.example.com';
const log = { origin: 'cs.example.com/1', logKey: 'key', leaseKey: 'lease', genesis: 'first' };

test('another genesis at the address that this browser knows needs its person’s word, for exactly that one', () => {
  const known = [{ server, log }];
  expect(anotherLog(known, { server }, 'second')).toEqual({ held: 'first', shown: 'second' });
  expect(anotherLog(known, { server, accepted: 'second' }, 'second')).toBeNull();
  expect(anotherLog(known, { server, accepted: 'second' }, 'third')).toEqual({
    held: 'first',
    shown: 'third',
  });
});

test('the same log, another address and a first pairing ask nothing', () => {
  expect(anotherLog([{ server, log }], { server }, 'first')).toBeNull();
  expect(anotherLog([{ server: 'https://old.example.com', log }], { server }, 'second')).toBeNull();
  expect(anotherLog([], { server }, 'second')).toBeNull();
});

test('an address that was left for another server in between is still known', () => {
  const between = { server: 'https://other.example.com', log: { ...log, genesis: 'other' } };
  expect(anotherLog([between, { server, log }], { server }, 'second')).toEqual({
    held: 'first',
    shown: 'second',
  });
  expect(anotherLog([between, { server, log }], { server }, 'first')).toBeNull();
});
