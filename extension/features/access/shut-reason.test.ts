import { expect, test } from 'vitest';
import { shutReason } from './shut-reason.ts';

const well = {
  fork: undefined,
  outbox: { full: false },
  missing: [],
  refusedRules: [],
  managed: undefined,
  former: [],
};
const vault = { id: 'vault', hosts: ['vault.example.com', '*.vault.example.com'] };

test('a console is stopped while one scheme of one of its hosts is not allowed, and no other console is', () => {
  expect(shutReason(well, vault)).toBeUndefined();
  for (const pattern of ['http://vault.example.com/*', 'https://*.vault.example.com/*'])
    expect(shutReason({ ...well, missing: [pattern] }, vault)).toBe('hosts');
  const others = ['https://example.com/*', 'https://vault.example.com.evil.example/*', 'http://localhost/*'];
  expect(shutReason({ ...well, missing: others }, vault)).toBeUndefined();
});

test('what stops every console comes first', () => {
  const missing = ['http://vault.example.com/*'];
  expect(shutReason({ ...well, fork: {}, outbox: { full: true }, missing }, vault)).toBe('fork');
  expect(shutReason({ ...well, outbox: { full: true }, missing }, vault)).toBe('outbox');
});

test('a console whose rules the browser refused is stopped, and no other', () => {
  expect(shutReason({ ...well, refusedRules: ['vault'] }, vault)).toBe('rules');
  expect(shutReason({ ...well, refusedRules: ['other'] }, vault)).toBeUndefined();
});

test('what a server before shut is stopped whatever the present one says, by any host that both could mean', () => {
  for (const host of ['vault.example.com', '*.example.com', '*.vault.example.com', 'a.vault.example.com'])
    expect(shutReason({ ...well, former: [{ hosts: ['other.test', host] }] }, vault)).toBe('former');
  for (const host of ['example.com', 'a.b.vault.example.com', '*.test'])
    expect(shutReason({ ...well, former: [{ hosts: [host] }] }, vault)).toBeUndefined();
});

test('a configuration that cannot be read whole stops what it names; a sound one leaves that to the server', () => {
  const hosts = ['vault.example.com'];
  expect(shutReason({ ...well, managed: { fault: 'genesis must be …', hosts } }, vault)).toBe('managed');
  expect(
    shutReason({ ...well, managed: { fault: 'genesis must be …', hosts: ['other.test'] } }, vault),
  ).toBeUndefined();
  expect(shutReason({ ...well, managed: { fault: '', hosts } }, vault)).toBeUndefined();
});
