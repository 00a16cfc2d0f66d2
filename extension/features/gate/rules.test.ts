import { describe, expect, test } from 'vitest';
import type { ConsoleAccess } from '../access/index.ts';
import { broadRules, easingRules, sessionRules, shutRules } from './rules.ts';
import { outcomeOf, type RuleRequest } from './testing.ts';

const GATE = 'chrome-extension://us/gate.html';
const OWN = 'countersign.test';
const one = (
  host: string,
  base: ConsoleAccess['base'],
  access = base,
  more: Partial<ConsoleAccess> = {},
): ConsoleAccess => ({ id: host, hosts: [host], reads: [], alsoFrom: [], base, access, tabs: [], ...more });

const persisted = (consoles: ConsoleAccess[], missing: string[] = []) => [
  ...shutRules(consoles),
  ...easingRules(consoles, GATE, missing),
];
const inSession = (consoles: ConsoleAccess[]) =>
  consoles.flatMap((console) => sessionRules(console, consoles, { own: OWN, gate: GATE }));
const outcome = (consoles: ConsoleAccess[], request: RuleRequest, missing: string[] = []) =>
  outcomeOf([...persisted(consoles, missing), ...inSession(consoles)], request);

const shut = one('harbour.test', 'none');
const open = one('harbour.test', 'none', 'change');
const other = one('vault.test', 'none');

describe('a shut console', () => {
  test('documents go to the gate page with their address', () => {
    for (const type of ['main_frame', 'sub_frame'])
      expect(outcome([shut], { url: 'https://harbour.test/a?b=c', type })).toBe('redirect');
    const redirect = persisted([shut]).find(({ action }) => action.type === 'redirect');
    expect(redirect?.action).toEqual({ type: 'redirect', redirect: { regexSubstitution: `${GATE}#\\0` } });
    const [whole] =
      new RegExp(redirect?.condition.regexFilter ?? '').exec('http://harbour.test/a?b=c#d') ?? [];
    expect(whole).toBe('http://harbour.test/a?b=c#d');
  });

  test('requests to it are blocked whoever makes them, without an initiator too (case 33, T5, T14)', () => {
    for (const url of ['https://harbour.test/x', 'http://harbour.test:8443/', 'wss://harbour.test/ws'])
      for (const type of ['xmlhttprequest', 'websocket', 'ping', 'beacon', 'other'])
        expect(outcome([shut], { url, type })).toBe('block');
  });

  test('while a tab still shows it, its page sends nothing anywhere', () => {
    const shown = { ...shut, tabs: [7] };
    const elsewhere = { url: 'https://cdn.test/x', initiator: 'harbour.test' };
    expect(outcome([shown], { ...elsewhere, tab: 7 })).toBe('block');
    expect(outcome([shown], { ...elsewhere, tab: 8 })).toBe('allow');
    expect(outcome([shown], { ...elsewhere, tab: 7, initiator: 'blog.test' })).toBe('allow');
    // The tab itself may go on.
    expect(outcome([shown], { ...elsewhere, tab: 7, type: 'main_frame' })).toBe('allow');
  });

  test('where a host was taken away it is blocked, as a redirect would do nothing (T33)', () => {
    const missing = ['https://harbour.test/*'];
    const to = (url: string) => outcome([shut], { url, type: 'main_frame' }, missing);
    expect([to('http://harbour.test/'), to('https://harbour.test/')]).toEqual(['redirect', 'block']);
  });

  test('a dot at its end leads to no gate page that Firefox would not allow, and is blocked', () => {
    const dotted = { url: 'https://harbour.test./', type: 'main_frame' };
    expect(outcome([shut], dotted)).toBe('block');
  });

  test('nothing that is persisted ever opens it', () => {
    for (const base of ['none', 'view'] as const) {
      const reads = ['POST /q'];
      const before = persisted([one('harbour.test', base, base, { reads })]);
      expect(persisted([one('harbour.test', base, 'change', { reads })])).toEqual(before);
    }
    expect(inSession([shut])).toEqual([]);
  });
});

describe('case 95: subdomains that are no console', () => {
  const page = { initiator: 'docs.harbour.test', tab: 7 };
  for (const [name, consoles] of [
    ['of a shut console', [{ ...shut, tabs: [6] }, other]],
    ['of an open one', [{ ...open, tabs: [6] }, other]],
    ['of one to look at', [one('harbour.test', 'view', 'view', { tabs: [6] }), other]],
    ['of a wildcard', [one('*.harbour.harbour.test', 'none', 'none', { tabs: [6] }), other]],
  ] as const)
    test(`${name} are untouched, and so is what they send`, () => {
      for (const url of ['https://docs.harbour.test/x', 'https://a.docs.harbour.test/', 'https://cdn.test/x'])
        for (const type of ['main_frame', 'sub_frame', 'script', 'xmlhttprequest', 'websocket'])
          for (const method of ['get', 'post'])
            expect([url, type, outcome([...consoles], { ...page, url, type, method })]).toEqual([
              url,
              type,
              'allow',
            ]);
    });

  test('the server is exempt though a console’s host is its parent, in a tab of that console too', () => {
    const parent = { ...one('test', 'none'), tabs: [7] };
    const request = { url: 'https://countersign.test/api/me', initiator: OWN, tab: 7, method: 'post' };
    expect(outcome([parent], request)).toBe('allow');
    expect(outcome([{ ...parent, base: 'view', access: 'view' }], request)).toBe('allow');
    expect(outcomeOf(broadRules([parent], [OWN]), request)).toBe('allow');
  });
});

describe('an open console', () => {
  test('all of it passes, and what its pages send elsewhere', () => {
    for (const request of [
      { url: 'https://harbour.test/', type: 'main_frame' },
      { url: 'https://harbour.test/x', method: 'post', initiator: 'harbour.test' },
      { url: 'wss://harbour.test/ws', type: 'websocket', initiator: 'harbour.test' },
      { url: 'https://cdn.test/x', initiator: 'harbour.test' },
      { url: 'https://cdn.test/x' },
    ])
      expect(outcome([{ ...open, tabs: [7] }, other], { ...request, tab: 7 })).toBe('allow');
  });

  test('it is no way into another one that is shut, nor the other way round', () => {
    const to = { url: 'https://vault.test/x', initiator: 'harbour.test', tab: 7 };
    expect(outcome([open, other], to)).toBe('block');
    expect(outcome([open, other], { ...to, type: 'main_frame' })).toBe('redirect');
  });

  test('of hosts below and above each other each stands for itself', () => {
    const parent = one('test', 'none');
    const wild = one('*.test', 'none', 'change', { hosts: ['*.b.test'] });
    const below = one('c.b.a.test', 'none');
    const all = [parent, open, wild, below];
    const to = (host: string) => outcome(all, { url: `https://${host}/x`, initiator: host });
    expect(to('harbour.test')).toBe('allow');
    expect(to('test')).toBe('block');
    expect(to('x.b.test')).toBe('allow');
    expect(to('c.b.a.test')).toBe('block');
  });
});

describe('a console that may be looked at', () => {
  const reads = ['POST /api/query', 'POST /api/read/*'];
  for (const [name, looked] of [
    ['by its mode', one('look.test', 'view', 'view', { reads, tabs: [7] })],
    ['by a grant', one('look.test', 'none', 'view', { reads, tabs: [7] })],
  ] as const)
    test(`only what looks passes: ${name}`, () => {
      const go = (path: string, method = 'get', type = 'xmlhttprequest') =>
        outcome([looked, one('below.look.test', 'none')], {
          url: path.startsWith('/') ? `https://look.test${path}` : path,
          method,
          type,
          initiator: 'look.test',
          tab: 7,
        });
      expect(go('/', 'get', 'main_frame')).toBe('allow');
      expect(go('/x', 'head')).toBe('allow');
      expect(go('/api/query', 'post')).toBe('allow');
      expect(go('/api/query?q=1', 'post')).toBe('allow');
      expect(go('/api/read/all', 'post')).toBe('allow');
      expect(go('/API/query', 'post')).not.toBe('allow');
      expect(go('/api/query/../purge', 'post')).not.toBe('allow');
      expect(go('/api/query', 'delete')).not.toBe('allow');
      expect(go('/save', 'post')).not.toBe('allow');
      // A form ends on our page that says so, also into a frame; its sign-in among what only reads does not.
      for (const type of ['main_frame', 'sub_frame']) {
        expect(go('/save', 'post', type)).toBe('redirect');
        expect(go('/api/query', 'post', type)).toBe('allow');
      }
      expect(go('/ws', 'get', 'websocket')).not.toBe('allow');
      expect(go('https://below.look.test/api/query', 'post')).toBe('block');
      expect(go('https://api.test/save', 'post')).toBe('block');
      expect(go('https://api.test/read')).toBe('allow');
      expect(go('wss://api.test/ws', 'get', 'websocket')).toBe('block');
    });

  test('a grant to change opens the rest', () => {
    const granted = one('look.test', 'view', 'change', { tabs: [7] });
    const request = { url: 'https://look.test/save', method: 'post', initiator: 'look.test', tab: 7 };
    expect(outcome([granted], request)).toBe('allow');
    expect(outcome([granted], { ...request, url: 'wss://look.test/ws', type: 'websocket' })).toBe('allow');
    expect(outcome([granted], { ...request, url: 'https://api.test/save' })).toBe('allow');
  });

  test('consoles that read by the same request share its rule', () => {
    const many = ['a.test', 'b.test', 'c.test'].map((host) => one(host, 'view', 'view', { reads }));
    const passes = easingRules(many, GATE, []).filter(({ action }) => action.type === 'allow');
    expect(passes).toHaveLength(2);
  });

  test('of a console to watch nothing is shut to its own pages', () => {
    const watched = [one('w.test', 'change', 'change', { tabs: [7] })];
    for (const type of ['main_frame', 'xmlhttprequest', 'websocket', 'ping'])
      expect(outcome(watched, { url: 'https://w.test/x', method: 'post', type, initiator: 'w.test' })).toBe(
        'allow',
      );
    expect(inSession(watched)).toEqual([]);
  });
});

describe('other sites’ pages', () => {
  const partner = { alsoFrom: ['partner.test'] };
  for (const [name, console] of [
    ['watched', one('harbour.test', 'change', 'change', partner)],
    ['open by a grant', one('harbour.test', 'none', 'change', partner)],
    ['read-only, open by a grant', one('harbour.test', 'view', 'change', partner)],
  ] as const)
    describe(`of a console ${name}`, () => {
      const all = [console, one('pier.test', 'change'), one('vault.test', 'none')];
      const sent = (initiator: string | undefined, type = 'xmlhttprequest', method = 'post') =>
        outcome(all, {
          url: `${type === 'websocket' ? 'wss' : 'https'}://harbour.test/x`,
          type,
          method,
          ...(initiator === undefined ? {} : { initiator }),
        });
      test('change nothing by script, beacon, worker or socket; nor does a frame without an origin', () => {
        for (const from of ['blog.test', 'harbour.test.blog.test', undefined]) {
          for (const type of ['xmlhttprequest', 'ping', 'other', 'script'])
            for (const method of ['post', 'put', 'delete', 'patch'])
              expect([from, type, method, sent(from, type, method)]).toEqual([from, type, method, 'block']);
          expect(sent(from, 'websocket', 'get')).toBe('block');
        }
      });
      test('may read, and send forms, as sign-ins do', () => {
        expect(sent('blog.test', 'xmlhttprequest', 'get')).toBe('allow');
        for (const type of ['main_frame', 'sub_frame']) expect(sent('idp.test', type)).toBe('allow');
      });
      test('that are consoles, or that policy names, may send all', () => {
        for (const from of ['harbour.test', 'pier.test', 'partner.test', 'a.partner.test'])
          for (const type of ['xmlhttprequest', 'ping', 'websocket']) expect(sent(from, type)).toBe('allow');
      });
      test('that policy names for one console are others’ to another', () => {
        const to = { url: 'https://pier.test/x', method: 'post' };
        expect(outcome(all, { ...to, initiator: 'partner.test' })).toBe('block');
        expect(outcome(all, { ...to, url: 'https://vault.test/x', initiator: 'partner.test' })).toBe('block');
        expect(outcome(all, { ...to, url: 'https://docs.harbour.test/x', initiator: 'blog.test' })).toBe(
          'allow',
        );
      });
    });

  test('are told apart by console, unless that takes more rules than the browser has', () => {
    const watched = (count: number) => Array.from({ length: count }, (_, at) => one(`c${at}.test`, 'change'));
    expect(shutRules(watched(100))).toHaveLength(200);
    expect(shutRules(watched(101))).toHaveLength(2);
  });
});

test('2,000 hosts on 500 consoles take as many rules as they have different numbers of labels', () => {
  const many = Array.from({ length: 500 }, (_, at) =>
    one(`c${at}`, 'none', 'none', {
      hosts: [`a${at}.test`, `b.a${at}.test`, `c.b.a${at}.test`, `*.c.b.a${at}.test`],
    }),
  );
  expect(persisted(many)).toHaveLength(4 * 4);
  expect(outcome(many, { url: 'https://c.b.a499.test/' })).toBe('block');
});
