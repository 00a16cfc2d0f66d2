import { expect, test } from 'vitest';
import { parsePolicy } from '#shared/policy/parse.ts';
import { peopleIn, whoMayAsk } from './access.ts';

const parsed = parsePolicy(`
version: 1
consoles:
  grafana: { name: Grafana, hosts: [g.example.com], start: "https://g.example.com/" }
groups: { platform: [ana, ben], idle: [zoe] }
eligibility:
  - { name: a, who: [group:platform], consoles: [grafana], levels: [change], durations: [PT5M], decides: nobody }
  - { name: b, who: [role:auditor, ben], consoles: [grafana], levels: [change], durations: [PT1H], decides: [ben, role:approver] }
`);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { policy } = parsed;

test('people as the file names them, with the roles that its lines imply', () => {
  expect(peopleIn(policy)).toEqual([
    { id: 'ana', handle: 'ana', roles: ['engineer'] },
    { id: 'ben', handle: 'ben', roles: ['engineer', 'approver'] },
    { id: 'zoe', handle: 'zoe', roles: [] },
    { id: 'role:auditor', handle: 'role:auditor', roles: ['engineer', 'auditor'] },
    { id: 'role:approver', handle: 'role:approver', roles: ['approver'] },
  ]);
});

test('who could ask for what, and who could decide, of any people given', () => {
  expect(
    whoMayAsk(policy, peopleIn(policy), 0).map(({ person, eligibility, deciders }) => [
      person,
      eligibility,
      deciders,
    ]),
  ).toEqual([
    ['ana', 'a', []],
    ['ben', 'a', []],
    ['ben', 'b', ['role:approver']],
    ['role:auditor', 'b', ['ben', 'role:approver']],
  ]);
  const real = [{ id: '1', handle: 'ben', roles: ['engineer'] as const }];
  expect(whoMayAsk(policy, real, 0)).toEqual([
    {
      person: 'ben',
      console: 'grafana',
      level: 'change',
      durations: [300],
      decides: 'nobody',
      eligibility: 'a',
      deciders: [],
    },
    {
      person: 'ben',
      console: 'grafana',
      level: 'change',
      durations: [3_600],
      decides: ['ben', 'role:approver'],
      eligibility: 'b',
      deciders: [],
    },
  ]);
});
