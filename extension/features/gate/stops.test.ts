import { expect, test } from 'vitest';
import { stopOf } from './stops.ts';

const well = { fork: undefined, outbox: { full: false }, missing: [], refusedRules: [] };
const vault = { id: 'vault', hosts: ['vault.example.com', '*.vault.example.com'] };

test('a console is stopped while one scheme of one of its hosts is not allowed, and no other console is', () => {
  expect(stopOf(well, vault)).toBeUndefined();
  for (const pattern of ['http://vault.example.com/*', 'https://*.vault.example.com/*'])
    expect(stopOf({ ...well, missing: [pattern] }, vault)).toBe('hosts');
  const others = ['https://example.com/*', 'https://vault.example.com.evil.example/*', 'http://localhost/*'];
  expect(stopOf({ ...well, missing: others }, vault)).toBeUndefined();
});

test('what stops every console comes first', () => {
  const missing = ['http://vault.example.com/*'];
  expect(stopOf({ ...well, fork: {}, outbox: { full: true }, missing }, vault)).toBe('fork');
  expect(stopOf({ ...well, outbox: { full: true }, missing }, vault)).toBe('outbox');
});

test('a console whose rules the browser refused is stopped, and no other', () => {
  expect(stopOf({ ...well, refusedRules: ['vault'] }, vault)).toBe('rules');
  expect(stopOf({ ...well, refusedRules: ['other'] }, vault)).toBeUndefined();
});
