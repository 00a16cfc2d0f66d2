import { expect, test } from 'vitest';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import { gatedConsoles } from './gated.ts';

const info = (id: string, hosts: string[], mode: ConsoleInfo['mode'] = 'closed'): ConsoleInfo => ({
  id,
  name: id,
  hosts,
  start: '',
  mode,
  pack: '',
  reads: ['GET /'],
  alsoFrom: [],
  record: 'actions',
  unreachable: 'close',
});
const managed = { server: 'https://cs.test', genesis: 'g', hosts: ['vault.test', 'grafana.test'], fault: '' };
const list = [info('vault', ['vault.test'], 'watch')];
const bare = { list: undefined, paired: false, managed: undefined, former: [] };
const shut = (of: ReturnType<typeof gatedConsoles>) => of.map(({ id, hosts, mode }) => [id, hosts, mode]);

test('what policy names is shut before anybody pairs, and while nobody is paired any more', () => {
  expect(shut(gatedConsoles({ ...bare, managed }))).toEqual([
    ['~vault.test', ['vault.test'], 'closed'],
    ['~grafana.test', ['grafana.test'], 'closed'],
  ]);
  expect(shut(gatedConsoles({ ...bare, list, managed }))).toEqual([
    ['vault', ['vault.test'], 'watch'],
    ['~grafana.test', ['grafana.test'], 'closed'],
  ]);
});

test('once it is paired the signed list decides, unless the policy cannot be read whole', () => {
  expect(gatedConsoles({ ...bare, list, paired: true, managed })).toEqual(list);
  const broken = { ...managed, fault: 'genesis must be …' };
  expect(shut(gatedConsoles({ ...bare, list, paired: true, managed: broken })).at(1)).toEqual([
    '~grafana.test',
    ['grafana.test'],
    'closed',
  ]);
});

test('what servers before shut is shut beside the list, each host once, whatever their modes were', () => {
  const former = [
    { consoles: [info('db', ['db.test', 'vault.test'], 'read-only')] },
    { consoles: [info('also', ['db.test'])] },
  ];
  const all = gatedConsoles({ ...bare, list, paired: true, former });
  expect(shut(all)).toEqual([
    ['vault', ['vault.test'], 'watch'],
    ['~db.test', ['db.test'], 'closed'],
  ]);
  expect(all[1]).toMatchObject({ name: 'db', reads: [] });
});

test('each has an address to start from, as everything that is gated', () => {
  const hosts = ['vault.test', '*.rabbit.test'];
  const starts = gatedConsoles({ ...bare, managed: { ...managed, hosts } }).map(({ start }) => start);
  expect(starts).toEqual(['https://vault.test/', 'https://rabbit.test/']);
});

test('nothing known is nothing gated', () => {
  expect(gatedConsoles(bare)).toEqual([]);
});
