import { fc, test } from '@fast-check/vitest';
import { describe, expect, test as plain } from 'vitest';
import { hostMatches } from '#shared/policy/hosts.ts';
import { coveredBesides, pathRegex, requestsTo } from './patterns.ts';
import { matchesRule } from './testing.ts';

const reaches = (hosts: string[], url: string) =>
  requestsTo(hosts).some((condition) => matchesRule(condition, { url, type: 'xmlhttprequest' }));

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,8}[a-z0-9])?$/);
const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => `${labels.join('.')}.test`);
const pattern = host.chain((one) => fc.constantFrom(one, `*.${one}`));
const near = (of: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      of,
      `${of}.`,
      of.toUpperCase(),
      `x${of}`,
      `x-${of}`,
      `${of}.evil.test`,
      of.replace(/^[^.]+\./, ''),
    ),
    label.map((more) => `${more}.${of}`),
    fc.tuple(label, label).map(([a, b]) => `${a}.${b}.${of}`),
    host,
  );
const around = fc.record({
  scheme: fc.constantFrom('http', 'https', 'ws', 'wss'),
  user: fc.constantFrom('', 'me@', 'me:secret@', 'a.b.c:d.e@', '%40@'),
  port: fc.constantFrom('', ':1', ':8443'),
  path: fc.constantFrom('', '/', '/a@b/c', '/?u=https://a.test/', '/x#https://a.test/', '//a.test/'),
});

describe('requests to a host are matched exactly', () => {
  test.prop([
    pattern.chain((one) =>
      fc.tuple(fc.constant(one), near(one.replace('*.', '')), near(one.replace('*', 'any'))),
    ),
    around,
  ])(
    'whatever stands around it, as content scripts match it (case 38)',
    ([of, a, b], { scheme, user, port, path }) => {
      for (const there of [a, b]) {
        const text = `${scheme}://${user}${there}${port}${path}`;
        if (!URL.canParse(text)) continue;
        const url = new URL(text);
        expect([of, url.href, reaches([of], url.href)]).toEqual([
          of,
          url.href,
          hostMatches(of, url.hostname),
        ]);
      }
    },
  );

  test.prop([fc.uniqueArray(pattern, { minLength: 2, maxLength: 6 }), around])(
    'many hosts at once reach what one of them reaches',
    (hosts, { scheme, port }) => {
      for (const there of hosts.map((one) => one.replace('*', 'any'))) {
        for (const name of [there, `more.${there}`]) {
          const url = `${scheme}://${name}${port}/`;
          expect(reaches(hosts, url)).toBe(hosts.some((one) => hostMatches(one, name)));
        }
      }
    },
  );

  plain('hosts beyond ASCII are reached in the form that browsers report', () => {
    expect(reaches(['xn--mnchen-3ya.test'], new URL('https://MÜNCHEN.test/').href)).toBe(true);
    expect(reaches(['xn--mnchen-3ya.test'], new URL('https://munchen.test/').href)).toBe(false);
    expect(reaches(['10.0.0.1'], 'http://10.0.0.1:8080/')).toBe(true);
    expect(reaches(['10.0.0.1'], 'http://110.0.0.1/')).toBe(false);
  });
});

plain('what a domain condition would cover besides is named', () => {
  const others = ['b.a.test', '*.a.test', 'a.test.evil.test', 'xa.test', '*.c.b.a.test'];
  expect(coveredBesides(['a.test'], others)).toEqual(
    ['b.a.test', 'a.test', 'c.b.a.test'].flatMap((one) => [one, `${one}.`]),
  );
});

plain('a read path matches itself, with any query; below it only with a star', () => {
  const at = (path: string, url: string) => new RegExp(pathRegex(path)).test(url);
  expect(at('/api/query', 'https://a.test:1/api/query')).toBe(true);
  expect(at('/api/query', 'https://me@a.test/api/query?x#y')).toBe(true);
  expect(at('/api/query', 'https://a.test/api/query/purge')).toBe(false);
  expect(at('/api/query', 'https://a.test/purge/api/query')).toBe(false);
  expect(at('/api/query', 'https://a.test/?/api/query')).toBe(false);
  expect(at('/api/read/*', 'https://a.test/api/read/all')).toBe(true);
  expect(at('/api/read/*', 'https://a.test/api/reads')).toBe(false);
  expect(at('/a.b', 'https://a.test/axb')).toBe(false);
});
