import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfiguration } from './config.ts';

const good = {
  server: 'https://countersign.example.com',
  genesis: 'q8jWQ7c0mJt5yY2pVdXzN1rA4sK6uE9fGhTbLwZxM3o',
  hosts: ['grafana.example.com', '*.rabbit.example.com'],
};

test('a whole configuration is taken as it is', () => {
  expect(readConfiguration(good)).toEqual({ ...good, fault: '' });
});

test('nothing configured is no configuration', () => {
  expect(readConfiguration({})).toBeUndefined();
});

test.each([
  ['no server', { ...good, server: undefined }, /server must be/],
  ['an address for an origin', { ...good, server: 'https://countersign.example.com/' }, /server must be/],
  ['plain http', { ...good, server: 'http://countersign.example.com' }, /server must be/],
  ['no genesis', { server: good.server, hosts: good.hosts }, /genesis must be/],
  ['half a genesis', { ...good, genesis: good.genesis.slice(1) }, /genesis must be/],
  ['one character that is none', { ...good, genesis: `${good.genesis.slice(1)}=` }, /genesis must be/],
  ['a setting that there is not', { ...good, consoles: [] }, /Unknown setting “consoles”/],
])('%s is a fault, and what is named is still known', (_, raw, fault) => {
  const read = readConfiguration(raw);
  expect(read?.fault).toMatch(fault);
  expect(read?.hosts).toEqual(good.hosts);
});

test.each([
  ['an address', 'https://grafana.example.com/d/1', /leave out the scheme/],
  ['everything', '*', /star may stand for the first label only/],
  ['a number', 7, /each must be a string/],
])('%s among the hosts is a fault, and the others are still shut', (_, odd, fault) => {
  const read = readConfiguration({ ...good, hosts: [odd, 'grafana.example.com'] });
  expect(read?.fault).toMatch(fault);
  expect(read?.hosts).toEqual(['grafana.example.com']);
});

test('hosts that are no list, as a browser without a schema lets through, name nothing and are a fault', () => {
  for (const hosts of [undefined, 'grafana.example.com', [], {}])
    expect(readConfiguration({ ...good, hosts })).toMatchObject({
      hosts: [],
      fault: expect.stringContaining('hosts must be a list') as string,
    });
});

test('Chromium’s schema has the settings that are read here, and no others', async () => {
  const schema = JSON.parse(await readFile('extension/public/managed-schema.json', 'utf8')) as {
    properties: object;
  };
  expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(good).toSorted());
});
