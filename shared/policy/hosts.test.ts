import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { hostFault, hostMatches, hostsOverlap } from './hosts.ts';

describe('hosts', () => {
  test.each([
    'grafana.example.com',
    '*.rabbit.example.com',
    'localhost',
    '10.0.0.5',
    'xn--4ca.de',
    'a_b.example.com',
  ])('%s is one', (pattern) => {
    expect(hostFault(pattern)).toBeUndefined();
  });

  test.each([
    ['https://grafana.example.com', 'scheme and write grafana.example.com.'],
    ['grafana.example.com:3000', 'port and write grafana.example.com.'],
    ['grafana.example.com/d/1', 'path and write grafana.example.com.'],
    ['ana@grafana.example.com', 'user and write grafana.example.com.'],
    ['*', 'first label only'],
    ['a.*.example.com', 'first label only'],
    ['graf*.example.com', 'first label only'],
    ['*.com', 'too much'],
    ['grafana.example.com.', 'dot at the end'],
    ['Grafana.example.com', 'report it: grafana.example.com.'],
    ['*.Ä.example.com', 'report it: *.xn--4ca.example.com.'],
    ['2130706433', 'report it: 127.0.0.1.'],
    ['0x7f.1', 'report it: 127.0.0.1.'],
    ['', 'not a host'],
    ['a b.example.com', 'not a host'],
    ['a..example.com', 'not a host'],
  ])('%s is none', (pattern, why) => {
    expect(hostFault(pattern)).toContain(why);
  });

  test('case 38: lookalikes and neighbours are other hosts', () => {
    for (const host of [
      'grafana.example.com.evil.example',
      'evilgrafana.example.com',
      'x.grafana.example.com',
      'example.com',
      'xgrafana.example.com',
      'grafana-example.com',
    ]) {
      expect(hostMatches('grafana.example.com', host), host).toBe(false);
    }
    expect(hostMatches('grafana.example.com', 'grafana.example.com')).toBe(true);
    expect(hostMatches('grafana.example.com', 'grafana.example.com.')).toBe(true);
  });

  test('a star is one label, neither none nor two', () => {
    expect(hostMatches('*.r.example.com', 'a.r.example.com')).toBe(true);
    expect(hostMatches('*.r.example.com', 'r.example.com')).toBe(false);
    expect(hostMatches('*.r.example.com', '.r.example.com')).toBe(false);
    expect(hostMatches('*.r.example.com', 'a.b.r.example.com')).toBe(false);
  });

  const label = fc.constantFrom('a', 'b', 'c');
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const pattern = fc.tuple(fc.boolean(), host).map(([wild, rest]) => (wild ? `*.${rest}` : rest));

  property.prop([pattern, pattern, host])('two patterns that cover one host overlap', (a, b, h) => {
    if (hostMatches(a, h) && hostMatches(b, h)) expect(hostsOverlap(a, b)).toBe(true);
    expect(hostsOverlap(a, b)).toBe(hostsOverlap(b, a));
  });

  property.prop([pattern, pattern])('two patterns that overlap cover one host', (a, b) => {
    const hosts = [a, b].map((one) => one.replace('*', 'a'));
    if (hostsOverlap(a, b)) expect(hosts.some((h) => hostMatches(a, h) && hostMatches(b, h))).toBe(true);
  });
});
