import { fc } from '@fast-check/vitest';
import { parsePolicy } from './parse.ts';
import { roles, type PersonFacts } from './people.ts';
import { level } from '#shared/domain/primitives.ts';
import type { Policy } from './schema.ts';
import { weekdays } from './when.ts';

/** Arbitrary policies and people for property tests: small worlds, so that names meet often. */
export const consoleIds = ['a', 'b', 'c'] as const;
const handles = ['ana', 'ben', 'cleo'] as const;
const groups = ['x', 'y'] as const;

const term = fc.oneof(
  fc.constantFrom(...handles),
  fc.constantFrom(...groups).map((name) => `group:${name}`),
  fc.constantFrom(...roles).map((name) => `role:${name}`),
);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const when = fc.record({
  days: some(fc.constantFrom(...weekdays)),
  from: fc.constantFrom('00:00', '08:00', '22:00'),
  to: fc.constantFrom('06:00', '18:00', '24:00'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
});

const rule = fc.record(
  {
    who: some(term),
    consoles: some(fc.constantFrom(...consoleIds)),
    levels: some(fc.constantFrom(...level.options)),
    durations: fc.subarray(['PT1M', 'PT15M', 'PT1H', 'PT4H'], { minLength: 1 }),
    decides: fc.oneof(fc.constant('nobody'), some(term)),
    when,
  },
  { requiredKeys: ['who', 'consoles', 'levels', 'durations', 'decides'] },
);

/** Made through the parser, so that each is a policy a server could have in force. JSON is YAML. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    groups: fc.record({ x: fc.subarray([...handles]), y: fc.subarray([...handles]) }),
    eligibility: fc.array(rule, { maxLength: 5 }),
  })
  .map(({ groups, eligibility }) => {
    const text = JSON.stringify({
      version: 1,
      consoles: Object.fromEntries(
        consoleIds.map((id) => [
          id,
          { name: id, hosts: [`${id}.example.com`], start: `https://${id}.example.com/`, reads: [] },
        ]),
      ),
      groups,
      eligibility: eligibility.map((one, i) => ({ name: `r${i}`, ...one })),
    });
    const parsed = parsePolicy(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.policy;
  });

export const anyPerson: fc.Arbitrary<PersonFacts> = fc
  .tuple(fc.constantFrom(...handles), fc.subarray([...roles]))
  .map(([handle, roles]) => ({ id: `id-${handle}`, handle, roles }));
