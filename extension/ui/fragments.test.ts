import { describe, expect, it } from 'vitest';
import { belongsIn, companionPlace, formPlace, gatePlace, pairFragment, pairPlace } from './fragments.ts';

const consoles = [
  { id: 'grafana', hosts: ['grafana.example.com'] },
  { id: 'rabbit', hosts: ['*.rabbit.example.com'] },
];
const ticket = 'A'.repeat(43);

describe('the gate page’s address (T32)', () => {
  it('is an address of a known console', () => {
    expect(gatePlace('#https://grafana.example.com:3000/d/1?x=a%23b#c', consoles)).toEqual({
      refused: false,
      console: consoles[0],
      address: 'https://grafana.example.com:3000/d/1?x=a%23b#c',
    });
    expect(gatePlace('#http://eu.rabbit.example.com/', consoles)).toMatchObject({
      console: { id: 'rabbit' },
    });
  });

  it('leaves out a name and password, which would only mislead', () => {
    expect(gatePlace('#https://ana:secret@grafana.example.com/', consoles)).toMatchObject({
      address: 'https://grafana.example.com/',
    });
  });

  it.each([
    '#javascript:alert(1)',
    '#JavaScript://grafana.example.com/%0aalert(1)',
    '#data:text/html,hello',
    '#chrome-extension://abc/gate.html',
    '#//grafana.example.com/',
    '#https://',
    '#',
    '',
  ])('refuses %s as no address', (fragment) => {
    expect(gatePlace(fragment, consoles)).toEqual({ refused: true, why: 'not-an-address' });
  });

  it.each([
    '#https://grafana.example.com.evil.example/',
    '#https://evil-grafana.example.com/',
    '#https://a.b.rabbit.example.com/',
    '#https://rabbit.example.com/',
    '#https://gráfana.example.com/',
    '#https://grafana.example.com@evil.example/',
    '#https://evil.example/https://grafana.example.com/',
  ])('refuses the lookalike %s (case 38)', (fragment) => {
    expect(gatePlace(fragment, consoles)).toEqual({ refused: true, why: 'not-a-console' });
  });
});

describe('the form’s address', () => {
  it('names a console and, for more time, a grant, or that it is about changing', () => {
    const none = { console: 'grafana', grant: '', raise: false };
    expect(formPlace('#grafana')).toEqual(none);
    expect(formPlace(`#grafana|${'g'.repeat(22)}`)).toEqual({ ...none, grant: 'g'.repeat(22) });
    expect(formPlace('#grafana|change')).toEqual({ ...none, raise: true });
  });

  it.each(['', '#', '#Grafana', '#grafana|short', '#grafana|<script>', '#https://grafana.example.com/'])(
    'is nothing in %s',
    (fragment) => {
      expect(formPlace(fragment)).toBeUndefined();
    },
  );
});

describe('the pairing address', () => {
  const place = {
    server: 'https://cs.example.com',
    ticket,
    hosts: ['grafana.example.com', '*.rabbit.example.com'],
  };

  it('names server, ticket and hosts, and survives its own fragment', () => {
    expect(pairPlace(pairFragment(place))).toEqual(place);
    expect(pairPlace(`#${encodeURIComponent(pairFragment(place).slice(1))}`)).toEqual(place);
    expect(companionPlace(`https://cs.example.com/pair#${ticket}|grafana.example.com`)).toEqual({
      ...place,
      hosts: ['grafana.example.com'],
    });
  });

  it('takes plain http from this machine alone', () => {
    expect(pairPlace(`#http://localhost:7400|${ticket}|`)).toEqual({
      server: 'http://localhost:7400',
      ticket,
      hosts: [],
    });
    expect(pairPlace(`#http://cs.example.com|${ticket}|`)).toBeUndefined();
  });

  it.each([
    `#https://cs.example.com/path|${ticket}|`,
    `#https://cs.example.com|short|`,
    `#https://cs.example.com|${ticket}|grafana.example.com/path`,
    `#https://cs.example.com|${ticket}|<all_urls>`,
    `#https://cs.example.com|${ticket}|*`,
    `#https://cs.example.com|${ticket}|a|b`,
    '#%E0%A4%A',
    '',
  ])('is nothing in %s', (fragment) => {
    expect(pairPlace(fragment)).toBeUndefined();
  });

  it('is only on the companion’s own pairing page', () => {
    expect(companionPlace(`https://cs.example.com/other#${ticket}|`)).toBeUndefined();
    expect(companionPlace('https://cs.example.com/pair')).toBeUndefined();
    expect(companionPlace('chrome://settings/pair')).toBeUndefined();
  });
});

describe('where the form may stand (case 42)', () => {
  const hosts = ['grafana.example.com'];
  it('is the tab’s own page of its console', () => {
    expect(belongsIn(hosts, ['https://grafana.example.com:3000'])).toBe(true);
  });
  it.each([
    [['https://evil.example']],
    [['https://grafana.example.com.evil.example']],
    [['https://grafana.example.com', 'https://evil.example']],
    [['null']],
    [[]],
  ])('is not %j', (around) => {
    expect(belongsIn(hosts, around)).toBe(false);
  });
  it('is left to the worker where the browser does not tell', () => {
    expect(belongsIn(hosts, undefined)).toBe(true);
  });
});
