import { expect, test, vi } from 'vitest';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { RuleBody } from '../../platform/rules.ts';
import type { ConsoleAccess } from '../access/index.ts';
import { sessionRules, shutRules } from '../gate/rules.ts';
import { sayElsewhere, blockedIn } from './blocked.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

const at = (id: string, base: ConsoleAccess['base'], access = base): ConsoleAccess => ({
  id,
  hosts: [`${id}.test`],
  reads: [],
  alsoFrom: [],
  base,
  access,
  tabs: [],
});
const info = (id: string) => ({ id, hosts: [`${id}.test`] }) as ConsoleInfo;
const match = (rule: RuleBody | undefined, tab = -1) => {
  if (!rule) throw new Error('no such rule');
  return { rule, tab, at: 1 };
};
const socket = ({ condition, action }: RuleBody) =>
  action.type === 'block' && condition.resourceTypes?.[0] === 'websocket';

test('requests of other sites are counted for the console that they went to', () => {
  const rules = shutRules([at('pier', 'change'), at('quay', 'change')]);
  const found = [match(rules[0], 3), match(rules[1], 3), match(rules[2])];
  expect(blockedIn(found, [info('pier'), info('quay')], []).elsewhere).toEqual(
    new Map([
      ['pier', 2],
      ['quay', 1],
    ]),
  );
  expect(sayElsewhere(1)).toBe('Blocked 1 request from other sites');
});

test('a rule for several consoles does not say for which', () => {
  const many = Array.from({ length: 101 }, (_, n) => at(`c${n}`, 'change'));
  const consoles = many.map(({ id }) => info(id));
  expect(blockedIn([match(shutRules(many)[0])], consoles, []).elsewhere.size).toBe(0);
});

test('a socket counts in the tab that shows its console, by mode and by grant', () => {
  const mole = at('mole', 'view');
  const harbour = at('harbour', 'none', 'view');
  const showing = [
    { tab: 5, console: 'mole' },
    { tab: 6, console: 'harbour' },
  ];
  const consoles = [info('mole'), info('harbour')];
  const byMode = shutRules([mole, harbour]).find(socket);
  const byGrant = sessionRules(harbour, [mole, harbour], { own: 'own.test', gate: 'x' }).find(socket);
  const found = [match(byMode, 5), match(byGrant, 6), match(byMode, 9), match(byMode)];
  expect(blockedIn(found, consoles, showing).sockets).toEqual(new Set([5, 6]));
});
