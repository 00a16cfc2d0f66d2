import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RuleBody } from '../../platform/rules.ts';
import { installRules, type RuleContext } from './install.ts';
import type { ConsoleAccess } from '../access/index.ts';
import { outcomeOf } from './testing.ts';

// The polyfill refuses to load outside an extension; only the address of the gate page needs it.
vi.mock('../../platform/browser.ts', () => ({ browser: {} }));

type Rule = RuleBody & { id: number };
type Update = { removeRuleIds?: number[]; addRules?: Rule[] };

/** A browser's rules: each update is taken whole or not at all, and it refuses what names certain hosts. */
class Browser {
  dynamic: Rule[] = [];
  session: Rule[] = [];
  /** Domains of rules that it refuses; with a `regexFilter` only, unless `always`. */
  odd: string[] = [];
  always = false;
  /** Every state of the persisted rules that a request could have met. */
  states: Rule[][] = [];

  #refuses({ condition }: Rule): boolean {
    const domains = condition.requestDomains ?? [];
    return (
      (this.always || condition.regexFilter !== undefined) && this.odd.some((one) => domains.includes(one))
    );
  }
  #after(old: Rule[], { removeRuleIds = [], addRules = [] }: Update): Rule[] {
    const next = [...old.filter(({ id }) => !removeRuleIds.includes(id)), ...addRules];
    if (addRules.some((rule) => this.#refuses(rule))) throw new Error('refused');
    if (new Set(next.map(({ id }) => id)).size !== next.length) throw new Error('a number twice');
    return next;
  }
  readonly declarativeNetRequest = {
    getDynamicRules: () => Promise.resolve(this.dynamic),
    getSessionRules: () => Promise.resolve(this.session),
    updateDynamicRules: async (update: Update): Promise<void> => {
      await Promise.resolve();
      this.dynamic = this.#after(this.dynamic, update);
      this.states.push(this.dynamic);
    },
    updateSessionRules: async (update: Update): Promise<void> => {
      await Promise.resolve();
      this.session = this.#after(this.session, update);
    },
  };
  outcome(host: string) {
    return outcomeOf([...this.dynamic, ...this.session], { url: `https://${host}/x` });
  }
}

const place: RuleContext = { gate: 'x://gate', own: 'cs.test', missing: [], refused: new Set() };
const one = (id: string, access: ConsoleAccess['access'] = 'none'): ConsoleAccess => ({
  id,
  hosts: [`${id}.test`],
  reads: [],
  base: 'none',
  access,
  alsoFrom: [],
  tabs: [],
});

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
  vi.stubGlobal('chrome', browser);
});
afterEach(() => vi.unstubAllGlobals());

const many = Array.from({ length: 20 }, (_, at) => one(`c${at}`));

describe('rules that the browser refuses', () => {
  test('T15: cost only the consoles whose they are; these are shut by a broader rule', async () => {
    browser.odd = ['c3.test', 'c11.test'];
    expect(await installRules(many, place)).toEqual(new Set(['c3', 'c11']));
    for (const { hosts } of many) expect(browser.outcome(hosts[0] ?? '')).toBe('block');
    expect(browser.outcome('docs.c3.test')).toBe('block');
    expect(browser.outcome('docs.c4.test')).toBe('allow');
  });

  test('and by none where the browser refuses that too', async () => {
    Object.assign(browser, { odd: ['c3.test'], always: true });
    expect(await installRules(many, place)).toEqual(new Set(['c3']));
    expect(browser.outcome('c3.test')).toBe('allow');
    expect(browser.outcome('c4.test')).toBe('block');
  });

  test('what was shut before is shut at every moment in between', async () => {
    await installRules(many, place);
    browser.odd = ['new.test', 'c19.test'];
    browser.states = [];
    await installRules([one('new'), ...many], place);
    for (const rules of browser.states)
      for (const { hosts } of many)
        expect(outcomeOf(rules, { url: `https://${hosts[0]}/x` })).not.toBe('allow');
    expect(browser.states.length).toBeGreaterThan(3);
    expect(browser.outcome('new.test')).toBe('block');
  });

  test('a grant is closed though nothing can be set any more', async () => {
    await installRules([one('a', 'change'), one('b')], place);
    expect(browser.outcome('a.test')).toBe('allow');
    Object.assign(browser, { odd: ['a.test', 'b.test', 'new.test'], always: true });
    await installRules([one('a'), one('b'), one('new')], place);
    expect([browser.outcome('a.test'), browser.outcome('b.test')]).toEqual(['block', 'block']);
  });

  test('of two grants the one whose rules are refused does not open, the other does', async () => {
    await installRules([one('a'), one('b')], place);
    browser.odd = ['a.test'];
    // What shuts it stands already and is not set anew; only what would open it is refused.
    const { updateDynamicRules } = browser.declarativeNetRequest;
    browser.declarativeNetRequest.updateDynamicRules = () => Promise.resolve();
    expect(await installRules([one('a', 'change'), one('b', 'change')], place)).toEqual(new Set(['a']));
    expect([browser.outcome('a.test'), browser.outcome('b.test')]).toEqual(['block', 'allow']);
    browser.declarativeNetRequest.updateDynamicRules = updateDynamicRules;
  });

  test('known ones are not tried again', async () => {
    browser.odd = ['c3.test'];
    await installRules(many, place);
    browser.states = [];
    const refused = new Set(['c3']);
    expect(await installRules(many, { ...place, refused })).toEqual(refused);
    expect(browser.states.length).toBeLessThan(4);
  });
});

test('one console’s end takes no rule of another, not for a moment', async () => {
  await installRules([one('a', 'change'), one('b', 'change')], place);
  const before = browser.session.filter(({ condition }) => condition.requestDomains?.includes('b.test'));
  await installRules([one('a'), one('b', 'change')], place);
  expect(browser.session).toEqual(before);
  expect(before.length).toBeGreaterThan(0);
});

test('rules of versions before are taken away', async () => {
  const old = { priority: 1, action: { type: 'allow' as const }, condition: { regexFilter: '.' } };
  browser.dynamic = [
    { id: 1, ...old },
    { id: 1_000_001, ...old },
  ];
  browser.session = [{ id: 1_000_000, ...old }];
  await installRules([one('a')], place);
  expect(
    [...browser.dynamic, ...browser.session].filter(({ condition }) => condition.regexFilter === '.'),
  ).toEqual([]);
});
