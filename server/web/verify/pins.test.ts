// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import { about, type About } from '../state/me.ts';
import { pins } from './pins.ts';

const server = (logKey: string, genesis: string): void => {
  about.value = { logKey, genesis } as About;
};

beforeEach(() => localStorage.clear());

test('the first key and genesis seen stay pinned when the server names others', () => {
  server('log+1+key', 'first');
  expect(pins()).toEqual({ logKey: 'log+1+key', genesis: 'first' });
  server('log+2+other', 'second');
  expect(pins()).toEqual({ logKey: 'log+1+key', genesis: 'first' });
});

test('a server that is not set up yet pins nothing', () => {
  server('log+1+key', '');
  pins();
  server('log+1+key', 'first');
  expect(pins().genesis).toBe('first');
});
