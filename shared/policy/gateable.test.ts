import { expect, test } from 'vitest';
import { checkGateable, most } from './gateable.ts';
import { parsePolicy } from './parse.ts';

const own = 'countersign.example.com';
const faults = (consoles: Record<string, { hosts: string[]; reads?: string[] }>) => {
  const lines = Object.entries(consoles).map(
    ([id, { hosts, reads }]) => `  ${id}:
    name: ${id}
    hosts: ${JSON.stringify(hosts)}
    start: https://${hosts[0]?.replace('*', 'any')}/
    reads: ${JSON.stringify(reads ?? [])}
`,
  );
  const parsed = parsePolicy(`version: 1\nconsoles:\n${lines.join('')}`, (policy) =>
    checkGateable(policy, own),
  );
  return parsed.ok ? [] : parsed.problems.map(({ line, field, message }) => `${line} ${field} ${message}`);
};
const labels = (count: number) => Array.from({ length: count }, (_, at) => `l${at}`).join('.');

test('a host is told apart by so many labels and no more', () => {
  expect(faults({ a: { hosts: [labels(12)] } })).toEqual([]);
  expect(faults({ a: { hosts: ['x.test', labels(13)] } })).toEqual([
    expect.stringMatching(/^5 consoles.a.hosts\[1\] This host has 13 labels .* by 12 at most/),
  ]);
  expect(faults({ a: { hosts: [`*.${labels(11)}`] } })).toEqual([]);
  expect(faults({ a: { hosts: [`*.${labels(12)}`] } })).toHaveLength(1);
});

test('the path of a read is as long as Chromium takes, with or without a star', () => {
  const path = (length: number) => `/${'a'.repeat(length - 1)}`;
  expect(faults({ a: { hosts: ['a.test'], reads: [`POST ${path(99)}`, `POST ${path(99)}*`] } })).toEqual([]);
  expect(faults({ a: { hosts: ['a.test'], reads: [`POST ${path(100)}`, `POST ${path(100)}*`] } })).toEqual([
    expect.stringMatching(/^7 consoles.a.reads\[0\] This path has 100 characters; Chromium's rules take 99/),
    expect.stringMatching(/^7 consoles.a.reads\[1\] /),
  ]);
});

test('a path that no browser sends is refused with the one that it sends', () => {
  for (const [written, sent] of [
    ['POST /a/../b', 'POST /b'],
    ['POST /straße', 'POST /stra%C3%9Fe'],
    ['POST /query?full', 'POST /query'],
    ['POST /ä/*', 'POST /%C3%A4/*'],
  ] as const)
    expect(faults({ a: { hosts: ['a.test'], reads: [written] } })).toEqual([
      expect.stringContaining(`Write "${sent}"`),
    ]);
});

test('so many reads for a console, so many different ones for all', () => {
  const reads = (count: number, of = '') => Array.from({ length: count }, (_, at) => `POST /${of}${at}`);
  const console = (id: string, list: string[]) => ({ hosts: [`${id}.test`], reads: list });
  expect(faults({ a: console('a', reads(most.reads)) })).toEqual([]);
  expect(faults({ a: console('a', reads(most.reads + 1)) })).toEqual([
    expect.stringMatching(/^7 consoles.a.reads\[100\] The console "a" lists more than 100 reads/),
  ]);
  const four = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, console(id, reads(100, id))]));
  // What another console reads by too takes no further rule.
  expect(faults({ ...four, e: console('e', reads(100, 'a')) })).toEqual([]);
  expect(faults({ ...four, e: console('e', reads(2)) })).toEqual([
    expect.stringMatching(/^27 consoles.e.reads\[0\] The consoles list more than 400 different reads/),
  ]);
});

test('2,000 hosts in all', () => {
  const hosts = (count: number) => Array.from({ length: count }, (_, at) => `h${at}.test`);
  expect(faults({ a: { hosts: hosts(2000) } })).toEqual([]);
  expect(faults({ a: { hosts: hosts(2001) } })).toEqual([
    expect.stringMatching(/^5 consoles.a.hosts\[2000\] A policy names 2000 hosts at most/),
  ]);
});

test('the server’s own host is no console’s; its parent may be one', () => {
  expect(faults({ a: { hosts: ['example.com'] } })).toEqual([]);
  for (const host of [own, '*.example.com'])
    expect(faults({ a: { hosts: ['a.test', host] } })).toEqual([
      expect.stringMatching(/^5 consoles.a.hosts\[1\] The console "a" covers countersign.example.com, where/),
    ]);
});

test('other faults are told beside these', () => {
  const text = `version: 1
consoles:
  a:
    name: A
    hosts: ['${own}']
    start: https://${own}/
    mode: open
  b:
    name: B
    hosts: ['*.example.com']
    start: https://b.example.com/
`;
  const parsed = parsePolicy(text, (policy) => checkGateable(policy, own));
  expect(parsed.ok ? [] : parsed.problems.map(({ line }) => line)).toEqual([7, 10]);
});
