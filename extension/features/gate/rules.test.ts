import { describe, expect, test } from 'vitest';
import type { Rule } from '../../platform/rules.ts';
import { hostRegex } from './patterns.ts';
import { compileRules, TOP, type ConsoleAccess } from './rules.ts';

const GATE = 'chrome-extension://us/gate.html';
const one = (
  host: string,
  base: ConsoleAccess['base'],
  access = base,
  reads: string[] = [],
): ConsoleAccess => ({
  hosts: [host],
  reads,
  base,
  access,
});

interface Request {
  url: string;
  method?: string;
  type?: string;
  initiator?: string;
  top?: string;
}

const covers = (domains: string[] | undefined, host: string | undefined) =>
  host !== undefined && domains?.some((domain) => host === domain || host.endsWith(`.${domain}`)) === true;

/** declarativeNetRequest as documented: the highest priority of all rules that match decides. */
function matches(
  { condition: c }: Rule,
  { url, method = 'get', type = 'xmlhttprequest', initiator, top }: Request,
) {
  if (c.regexFilter !== undefined && !new RegExp(c.regexFilter, 'i').test(url)) return false;
  if (c.initiatorDomains && !covers(c.initiatorDomains, initiator)) return false;
  if (covers(c.excludedInitiatorDomains, initiator)) return false;
  if (c.topDomains && !covers(c.topDomains, top)) return false;
  if (c.requestMethods && !c.requestMethods.includes(method)) return false;
  if (c.excludedRequestMethods?.includes(method)) return false;
  if (c.resourceTypes) return c.resourceTypes.includes(type);
  if (c.excludedResourceTypes) return !c.excludedResourceTypes.includes(type);
  return type !== 'main_frame';
}

function outcome(
  consoles: ConsoleAccess[],
  request: Request,
  withTop = true,
): 'allow' | 'block' | 'redirect' {
  const { dynamic, dynamicTop, session, sessionTop } = compileRules(consoles, GATE);
  const rules = [...dynamic, ...session, ...(withTop ? [...dynamicTop, ...sessionTop] : [])];
  const found = rules.filter((rule) => matches(rule, request)).toSorted((a, b) => b.priority - a.priority)[0];
  return found?.action.type ?? 'allow';
}

const shut = one('harbour.test', 'none');
const open = one('harbour.test', 'none', 'change');
const other = one('vault.test', 'none');

describe('a shut console', () => {
  test('documents go to the gate page with their address', () => {
    for (const type of ['main_frame', 'sub_frame'])
      expect(outcome([shut], { url: 'https://harbour.test/a?b=c', type })).toBe('redirect');
    const redirect = compileRules([shut], GATE).dynamic.find(({ action }) => action.type === 'redirect');
    expect(redirect?.action).toEqual({ type: 'redirect', redirect: { regexSubstitution: `${GATE}#\\0` } });
  });

  test('requests to it are blocked whoever makes them, without an initiator too (case 33, T5)', () => {
    for (const url of ['https://harbour.test/x', 'http://harbour.test:8443', 'wss://harbour.test/ws'])
      for (const type of ['xmlhttprequest', 'websocket', 'ping', 'other'])
        expect(outcome([shut], { url, type })).toBe('block');
  });

  test('what its pages and workers send elsewhere is blocked; without topDomains by initiator alone (T15)', () => {
    expect(outcome([shut], { url: 'https://cdn.test/x', initiator: 'harbour.test' })).toBe('block');
    expect(outcome([shut], { url: 'https://cdn.test/x', initiator: 'harbour.test' }, false)).toBe('block');
    expect(outcome([shut], { url: 'https://cdn.test/x', top: 'harbour.test' })).toBe('block');
    expect(outcome([shut], { url: 'https://cdn.test/x', initiator: 'blog.test' })).toBe('allow');
  });

  test('rules that name topDomains stand apart, with numbers of their own (T15)', () => {
    const { dynamic, dynamicTop, session, sessionTop } = compileRules(
      [shut, { ...other, access: 'view' }],
      GATE,
    );
    expect([...dynamic, ...session].some(({ condition }) => 'topDomains' in condition)).toBe(false);
    expect([...dynamicTop, ...sessionTop].every(({ condition }) => 'topDomains' in condition)).toBe(true);
    expect(dynamicTop.length).toBeGreaterThan(0);
    expect([...dynamicTop, ...sessionTop].every(({ id }) => id >= TOP)).toBe(true);
    for (const rules of [dynamic, dynamicTop, session, sessionTop])
      expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test('where a host was taken away it is blocked, as a redirect would do nothing (T33)', () => {
    const { dynamic } = compileRules([shut], GATE, ['https://harbour.test/*']);
    const redirects = dynamic.filter(({ action }) => action.type === 'redirect');
    const to = (url: string) => redirects.some((rule) => matches(rule, { url, type: 'main_frame' }));
    expect([to('http://harbour.test/'), to('https://harbour.test/')]).toEqual([true, false]);
    const blocked = dynamic.filter(({ action }) => action.type === 'block');
    expect(blocked.some((rule) => matches(rule, { url: 'https://harbour.test/', type: 'main_frame' }))).toBe(
      true,
    );
  });

  test('nothing that is persisted ever opens it', () => {
    for (const base of ['none', 'view'] as const) {
      const before = compileRules([one('harbour.test', base, base, ['POST /q'])], GATE).dynamic;
      const granted = compileRules([one('harbour.test', base, 'change', ['POST /q'])], GATE).dynamic;
      expect(granted).toEqual(before);
    }
    expect(compileRules([shut], GATE).session).toEqual([]);
  });
});

describe('an open console', () => {
  test('all of it passes, and what its pages send elsewhere', () => {
    for (const request of [
      { url: 'https://harbour.test/', type: 'main_frame' },
      { url: 'https://harbour.test/x', method: 'post', initiator: 'harbour.test', top: 'harbour.test' },
      { url: 'wss://harbour.test/ws', type: 'websocket', initiator: 'harbour.test', top: 'harbour.test' },
      { url: 'https://cdn.test/x', initiator: 'harbour.test', top: 'harbour.test' },
      { url: 'https://cdn.test/x', top: 'harbour.test' },
    ])
      for (const withTop of [true, false]) expect(outcome([open, other], request, withTop)).toBe('allow');
  });

  test('it is no way into another one that is shut, nor the other way round', () => {
    const to = { url: 'https://vault.test/x', initiator: 'harbour.test', top: 'harbour.test' };
    const from = { url: 'https://harbour.test/x', initiator: 'vault.test', top: 'vault.test' };
    const framed = { url: 'https://cdn.test/x', initiator: 'harbour.test', top: 'vault.test' };
    for (const withTop of [true, false]) {
      expect(outcome([open, other], to, withTop)).toBe('block');
      expect(outcome([open, other], { ...to, type: 'main_frame' }, withTop)).toBe('redirect');
      expect(outcome([open, other], from, withTop)).toBe('block');
    }
    expect(outcome([open, other], framed)).toBe('block');
  });

  test('a shut host that is the parent of an open one does not shut it', () => {
    const parent = one('test', 'none');
    expect(
      outcome([open, parent], {
        url: 'https://harbour.test/x',
        initiator: 'harbour.test',
        top: 'harbour.test',
      }),
    ).toBe('allow');
    expect(outcome([open, parent], { url: 'https://test/x' })).toBe('block');
  });
});

describe('a console that may be looked at', () => {
  const reads = ['POST /api/query', 'POST /api/read/*'];
  for (const [name, looked] of [
    ['by its mode', one('look.test', 'view', 'view', reads)],
    ['by a grant', one('look.test', 'none', 'view', reads)],
  ] as const)
    test(`only what looks passes: ${name}`, () => {
      const go = (path: string, method = 'get', type = 'xmlhttprequest') =>
        outcome([looked], {
          url: `https://look.test${path}`,
          method,
          type,
          initiator: 'look.test',
          top: 'look.test',
        });
      expect(go('/', 'get', 'main_frame')).toBe('allow');
      expect(go('/x', 'head')).toBe('allow');
      expect(go('/api/query', 'post')).toBe('allow');
      expect(go('/api/query?q=1', 'post')).toBe('allow');
      expect(go('/api/read/all', 'post')).toBe('allow');
      expect(go('/api/query/../purge', 'post')).not.toBe('allow');
      expect(go('/api/query', 'delete')).not.toBe('allow');
      expect(go('/save', 'post')).not.toBe('allow');
      expect(go('/save', 'post', 'main_frame')).not.toBe('allow');
      expect(go('/ws', 'get', 'websocket')).not.toBe('allow');
    });

  test('a grant to change opens the rest', () => {
    const granted = one('look.test', 'view', 'change');
    const request = {
      url: 'https://look.test/save',
      method: 'post',
      initiator: 'look.test',
      top: 'look.test',
    };
    expect(outcome([granted], request)).toBe('allow');
    expect(outcome([granted], { ...request, url: 'wss://look.test/ws', type: 'websocket' })).toBe('allow');
    expect(outcome([granted], { ...request, url: 'https://api.test/save' })).toBe('allow');
  });

  test('a console to watch has no rules', () => {
    const { dynamic, dynamicTop, session, sessionTop } = compileRules([one('w.test', 'change')], GATE);
    expect([dynamic, dynamicTop, session, sessionTop]).toEqual([[], [], [], []]);
  });
});

test('a host is matched exactly: lookalikes, users and ports (case 38)', () => {
  const exact = new RegExp(hostRegex('a.example.com'), 'i');
  const wild = new RegExp(hostRegex('*.example.com'), 'i');
  for (const url of [
    'https://a.example.com/',
    'http://a.example.com:8080/x',
    'https://A.EXAMPLE.com',
    'https://a.example.com./x',
    'https://me:secret@a.example.com/x',
    'wss://a.example.com/x?y#z',
  ])
    expect([url, exact.test(url), wild.test(url)]).toEqual([url, true, true]);
  for (const url of [
    'https://a.example.com.evil.test/',
    'https://evil.test/a.example.com/',
    'https://evil.test/?https://a.example.com/',
    'https://a.example.com@evil.test/',
    'https://a-example.com/',
    'https://xa.example.community/',
    'ftp://a.example.com/',
  ])
    expect([url, exact.test(url), wild.test(url)]).toEqual([url, false, false]);
  expect(wild.test('https://b.a.example.com/')).toBe(false);
  expect(wild.test('https://example.com/')).toBe(false);
});
