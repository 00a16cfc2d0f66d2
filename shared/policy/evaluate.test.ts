import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { consolesOf, deciders, mayAsk, mayDecide, mayLower, offers } from './evaluate.ts';
import { parsePolicy } from './parse.ts';
import { roles, type PersonFacts } from './people.ts';
import { level } from '#shared/domain/primitives.ts';
import type { Policy } from './schema.ts';
import { anyPerson, anyPolicy, consoleIds } from './testing.ts';

const policyOf = (text: string): Policy => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};
const policy = policyOf(`
version: 1
consoles:
  grafana: { name: Grafana, hosts: [g.example.com], start: "https://g.example.com/", reads: [] }
  queue: { name: Queue, hosts: [q.example.com], start: "https://q.example.com/" }
groups: { platform: [ana, ben], leads: [cleo, ana] }
eligibility:
  - name: quick
    who: [group:platform]
    consoles: [grafana]
    levels: [view, change]
    durations: [PT15M]
    decides: nobody
  - name: long
    who: [group:platform]
    consoles: [grafana, queue]
    levels: [change]
    durations: [PT15M, PT1H, PT2H]
    decides: [group:leads, role:administrator]
  - name: weekend
    who: [dora]
    consoles: [queue]
    levels: [change]
    durations: [PT15M]
    decides: [cleo]
    when: { days: [sat, sun], zone: UTC }
`);
const monday = Date.parse('2026-11-23T12:00:00Z');
const person = (handle: string, ...roles: PersonFacts['roles'][number][]): PersonFacts => ({
  id: `id-${handle}`,
  handle,
  roles,
});
const ana = person('ana', 'engineer', 'approver');
const dora = person('dora', 'engineer');
const ask = { person: ana, console: 'grafana', level: 'change' as const, seconds: 900, at: monday };

/** Why not, for the ask above with a change. */
const whyNot = (change: Partial<Parameters<typeof mayAsk>[1]>) => {
  const answer = mayAsk(policy, { ...ask, ...change });
  return answer.allowed ? 'allowed' : `${answer.why}: ${answer.sentence}`;
};

test('whoever decides may lower to view where the rule offers it and the console knows its reads, and only then', () => {
  const asked = { console: 'grafana', level: 'change', extends: '', eligibility: 'quick' } as const;
  expect(mayLower(policy, asked)).toBe(true);
  for (const change of [
    { level: 'view' },
    { extends: 'a grant' },
    { eligibility: 'long' },
    { eligibility: 'gone' },
    { console: 'queue' },
    { console: 'constructor' },
  ] as const)
    expect(mayLower(policy, { ...asked, ...change }), JSON.stringify(change)).toBe(false);
});

describe('who may ask', () => {
  test('the first eligibility in the file that allows the whole ask carries it', () => {
    expect(mayAsk(policy, ask)).toEqual({
      allowed: true,
      eligibility: 'quick',
      decides: 'nobody',
      longest: 900,
    });
    expect(mayAsk(policy, { ...ask, seconds: 901 })).toEqual({
      allowed: true,
      eligibility: 'long',
      decides: ['group:leads', 'role:administrator'],
      longest: 7_200,
    });
  });

  test('each refusal names the first thing in the way and the next step', () => {
    expect(whyNot({ console: 'constructor' })).toBe(
      'unknown_console: There is no console "constructor" in the policy. Reload to see the current list.',
    );
    expect(whyNot({ person: person('ana', 'approver', 'administrator') })).toMatch(
      /^role: .* engineer .*Ask an administrator/,
    );
    expect(whyNot({ person: dora })).toMatch(/^not_eligible: The policy does not let you request Grafana\./);
    expect(whyNot({ console: 'queue', level: 'view' })).toBe(
      'level: The policy lets you request Queue to change, not to view. Request that instead.',
    );
    expect(whyNot({ person: dora, console: 'queue' })).toBe(
      'when: You can request Queue only sat, sun from 00:00 to 24:00 (UTC). Try again then, or ask an administrator.',
    );
    expect(whyNot({ person: dora, console: 'queue', at: monday - 86_400_000 })).toBe('allowed');
    expect(whyNot({ seconds: 7_201 })).toBe(
      'duration: You can request Grafana for 1 minute to 2 hours (PT2H). Choose a duration in that range.',
    );
    for (const seconds of [59, 0, -900, 900.5, Number.NaN, Infinity])
      expect(whyNot({ seconds })).toMatch(/^duration/);
  });

  test('offers: the union, each duration once, under the eligibility that would carry it', () => {
    expect(offers(policy, { person: ana, console: 'grafana', at: monday })).toEqual([
      { level: 'view', durations: [900], decides: 'nobody', eligibility: 'quick' },
      { level: 'change', durations: [900], decides: 'nobody', eligibility: 'quick' },
      {
        level: 'change',
        durations: [3_600, 7_200],
        decides: ['group:leads', 'role:administrator'],
        eligibility: 'long',
      },
    ]);
    expect(offers(policy, { person: dora, console: 'queue', at: monday })).toEqual([]);
    expect(offers(policy, { person: ana, console: 'toString', at: monday })).toEqual([]);
  });
});

describe('who decides', () => {
  const ben = person('ben', 'engineer');
  const why = (approver: PersonFacts, eligibility = 'long', requester = ben) => {
    const answer = mayDecide(policy, { approver, requester, eligibility });
    return answer.allowed ? 'allowed' : answer.why;
  };

  test('named by handle, group or role, and an approver', () => {
    expect(why(person('cleo', 'approver'))).toBe('allowed');
    expect(why(person('eve', 'approver', 'administrator'))).toBe('allowed');
    expect(why(person('eve', 'approver'))).toBe('not_named');
    expect(why(person('cleo', 'approver'), 'gone')).toBe('unknown_eligibility');
    expect(why(person('cleo', 'approver'), 'quick')).toBe('nobody_decides');
  });

  test('case 22: without the role at the moment of the touch, no', () => {
    expect(why(person('cleo', 'administrator'))).toBe('approver_role');
  });

  test("case 19: not on one's own, by group, by role or under another id", () => {
    expect(why(ana, 'long', ana)).toBe('own_request');
    expect(why({ ...ana, roles: [...roles] }, 'long', { ...ana, roles: ['engineer'] })).toBe('own_request');
    expect(why({ ...ana, id: 'another' }, 'long', ana)).toBe('own_request');
    expect(why({ ...ana, handle: 'cleo' }, 'long', ana)).toBe('own_request');
  });

  test('deciders leave out the requester and keep the order', () => {
    const people = [person('cleo', 'approver'), ana, ben, person('eve', 'approver')];
    expect(deciders(policy, 'long', people, ben).map(({ handle }) => handle)).toEqual(['cleo', 'ana']);
    expect(deciders(policy, 'long', people, ana).map(({ handle }) => handle)).toEqual(['cleo']);
  });
});

test('consoles in file order, with their ids', () => {
  expect(consolesOf(policy).map(({ id, name }) => [id, name])).toEqual([
    ['grafana', 'Grafana'],
    ['queue', 'Queue'],
  ]);
});

describe('of any policy', () => {
  const anyAsk = fc.record({
    person: anyPerson,
    console: fc.constantFrom(...consoleIds, 'gone', '__proto__'),
    level: fc.constantFrom(...level.options),
    seconds: fc.oneof(fc.integer({ min: -10, max: 20_000 }), fc.double()),
    at: fc.integer({ min: monday, max: monday + 14 * 86_400_000 }),
  });

  property.prop([anyPolicy, anyAsk])(
    'default deny: what is allowed follows from one whole eligibility',
    (any, one) => {
      const answer = mayAsk(any, one);
      if (!answer.allowed) return;
      const rule = any.eligibility.find(({ name }) => name === answer.eligibility);
      expect(rule?.consoles).toContain(one.console);
      expect(rule?.levels).toContain(one.level);
      expect(rule?.durations.at(-1)).toBeGreaterThanOrEqual(one.seconds);
      expect(one.person.roles).toContain('engineer');
      const terms = [one.person.handle, ...one.person.roles.map((role) => `role:${role}`)];
      for (const [group, members] of Object.entries(any.groups)) {
        if (members.includes(one.person.handle)) terms.push(`group:${group}`);
      }
      expect(rule?.who.some((term) => terms.includes(term))).toBe(true);
      expect(rule?.decides).toEqual(answer.decides);
    },
  );

  property.prop([anyPolicy, anyAsk])('without eligibilities nobody may ask for anything', (any, one) => {
    expect(mayAsk({ ...any, eligibility: [] }, one).allowed).toBe(false);
    expect(offers({ ...any, eligibility: [] }, one)).toEqual([]);
  });

  property.prop([anyPolicy, anyAsk])('the same question has the same answer, from a copy too', (any, one) => {
    const first = mayAsk(any, one);
    expect(mayAsk(structuredClone(any), structuredClone(one))).toEqual(first);
    expect(offers(structuredClone(any), one)).toEqual(offers(any, one));
  });

  property.prop([anyPolicy, anyAsk])(
    'what is offered may be asked for, on the very terms offered',
    (any, one) => {
      const found = offers(any, one);
      for (const { level, durations, ...rest } of found) {
        for (const seconds of durations)
          expect(mayAsk(any, { ...one, level, seconds })).toMatchObject({ allowed: true, ...rest });
      }
      const pairs = found.flatMap(({ level, durations }) =>
        durations.map((seconds) => `${level} ${seconds}`),
      );
      expect(new Set(pairs).size).toBe(pairs.length);
    },
  );

  property.prop([anyPolicy, anyAsk])(
    'and all that may be asked for in an offered length is offered',
    (any, one) => {
      const lengths = any.eligibility.flatMap(({ durations }) => durations);
      const found = offers(any, one);
      for (const seconds of lengths) {
        const answer = mayAsk(any, { ...one, seconds });
        if (answer.allowed) expect(found.some(({ level }) => level === one.level)).toBe(true);
      }
    },
  );

  property.prop([anyPolicy, anyPerson, anyPerson])(
    'case 19: nobody decides on their own request',
    (any, a, b) => {
      for (const { name } of any.eligibility) {
        expect(mayDecide(any, { approver: a, requester: a, eligibility: name }).allowed).toBe(false);
        expect(
          mayDecide(any, { approver: { ...b, id: a.id }, requester: a, eligibility: name }).allowed,
        ).toBe(false);
        expect(deciders(any, name, [a, b], a)).not.toContain(a);
        if (mayDecide(any, { approver: b, requester: a, eligibility: name }).allowed)
          expect(b.roles).toContain('approver');
      }
    },
  );
});
