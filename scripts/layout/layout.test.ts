import { expect, test } from 'vitest';
import { citesOutside, namedInVain, untested } from './cites.ts';
import { breachesOf } from './rules.ts';
import { readTree, type Tree } from './tree.ts';

const repository = readTree(new URL('../..', import.meta.url).pathname);

test('the repository keeps the rules of its layout', () => {
  expect(breachesOf(repository)).toEqual([]);
});

test('every door says what lives behind it', () => {
  const doors = [...repository].filter(([path]) =>
    /^(server|extension\/features|shared\/domain)\/[^/]+\/index\.ts$/.test(path),
  );
  expect(doors.length).toBeGreaterThan(40);
  expect(doors.filter(([, text]) => !/^\/\*\*/m.test(text)).map(([path]) => path)).toEqual([]);
});

test('every case, trap and page that code cites is in the repository', () => {
  expect(citesOutside(repository)).toEqual([]);
});

test('every file and folder that a page names is there', () => {
  expect(namedInVain(repository)).toEqual([]);
  const page = new Map([
    ['docs/a.md', 'See `server/b.ts`, `server/`, `server/c.ts`.'],
    ['server/b.ts', ''],
  ]);
  expect(namedInVain(page)).toEqual([{ from: 'docs/a.md', line: 1, cites: 'server/c.ts' }]);
});

test('every listed case has a test that names it', () => {
  expect(untested(repository)).toEqual([]);
});

/** A made-up repository of these files; `imports` names what a file imports. */
const made = (files: Record<string, string[]>): Tree =>
  new Map(
    Object.entries(files).map(([path, imports]) => [
      path,
      imports.map((name) => `import { x } from '${name}';`).join('\n'),
    ]),
  );

const sound = {
  'server/app.ts': ['./people/routes.ts', './requests/index.ts'],
  'server/people/index.ts': ['./rules.ts'],
  'server/people/rules.ts': [],
  'server/people/routes.ts': ['../log/index.ts', '#shared/domain/people/wire.ts'],
  'server/people/routes.test.ts': ['../requests/rules.ts', 'node:sqlite'],
  'server/requests/index.ts': ['./rules.ts'],
  'server/requests/rules.ts': ['../people/index.ts'],
  'server/log/index.ts': ['./store.ts'],
  'server/log/store.ts': ['node:sqlite'],
  'server/testing/story.ts': ['../people/routes.ts'],
  'extension/platform/db.ts': ['idb'],
  'extension/features/gate/index.ts': ['../../platform/db.ts'],
  'shared/bytes.ts': [],
  'shared/domain/people/entries.ts': ['zod', '#shared/bytes.ts', '#shared/domain/browsers/entries.ts'],
  'shared/domain/people/statements.ts': ['./entries.ts'],
  'shared/domain/people/verify.ts': ['./entries.ts', './statements.ts', './rules.ts'],
  'shared/domain/people/rules.ts': ['./entries.ts'],
  'shared/domain/people/wire.ts': ['./entries.ts'],
  'shared/domain/people/words.ts': ['./entries.ts'],
  'shared/domain/browsers/entries.ts': [],
  'shared/domain/browsers/rules.ts': [],
};

test('a sound tree has no breach', () => {
  expect(breachesOf(made(sound))).toEqual([]);
});

test.each([
  ['a room is entered through its door', 'server/people/routes.ts', '../requests/rules.ts'],
  ['the app alone mounts routes', 'server/requests/rules.ts', '../people/routes.ts'],
  ['a room is entered through its door', 'server/app.ts', './requests/rules.ts'],
  ['a room is entered through its door', 'server/people/routes.ts', '../log/store.ts'],
  ['platform imports no feature', 'server/log/store.ts', '../people/index.ts'],
  ['platform imports no feature', 'extension/platform/db.ts', '../features/gate/index.ts'],
  ['features reach storage through the platform', 'server/people/routes.ts', 'node:sqlite'],
  ['features reach storage through the platform', 'extension/features/gate/index.ts', 'idb'],
  ['shared does no I/O', 'shared/bytes.ts', 'node:fs'],
  ['shared does no I/O', 'shared/domain/people/rules.ts', '../../../server/people/index.ts'],
  ['server and extension meet in shared', 'extension/platform/db.ts', '../../server/app.ts'],
  ['server and extension meet in shared', 'server/app.ts', '../extension/platform/db.ts'],
  ['only tests import what is for tests', 'server/people/routes.ts', '../testing/story.ts'],
  ['entries rest on primitives and other entries', 'shared/domain/people/entries.ts', './wire.ts'],
  [
    'statements rest on primitives, entries and other statements',
    'shared/domain/people/statements.ts',
    '#shared/domain/browsers/rules.ts',
  ],
  ['the verifier rests on entries, statements and policy', 'shared/domain/people/verify.ts', './words.ts'],
  ['the verifier rests on entries, statements and policy', 'shared/domain/people/verify.ts', './wire.ts'],
  ['no circles', 'shared/domain/people/entries.ts', './words.ts'],
  ['no circles', 'server/people/rules.ts', '../requests/index.ts'],
])('%s: %s imports %s', (rule, from, to) => {
  const tree = { ...sound, [from]: [...(sound[from as keyof typeof sound] ?? []), to] };
  expect(breachesOf(made(tree)).map((breach) => breach.rule)).toContain(rule);
});

test.each([
  ["import type { X } from '#shared/b.ts';"],
  ["export { x } from './b.ts';"],
  ["export * from './b.ts';"],
  ["const x = await import('./b.ts');"],
])('a circle is one however it is written: %s', (line) => {
  const tree = new Map([
    ['shared/a.ts', line],
    ['shared/b.ts', "import { a } from './a.ts';"],
  ]);
  expect(breachesOf(tree)).toEqual([{ rule: 'no circles', from: 'shared/a.ts', to: 'shared/b.ts' }]);
});

test('cites are resolved against the lists and pages that are there', () => {
  const page = [
    '| case | what |',
    '| 1 | one |',
    '| 45 | two |',
    '| T3 | three |',
    '| 2 | later | not built |',
  ].join('\n');
  const lines = (...text: string[]): Tree =>
    new Map([
      ['docs/threats.md', page],
      ['server/a.test.ts', text.join('\n')],
    ]);
  const cited = (...text: string[]) => citesOutside(lines(...text)).map(({ cites }) => cites);
  expect(cited('// case 1, cases 1, 45 and 2, T3', '    case 7: {', "'2026-01-01T00:00'")).toEqual([]);
  expect(cited('// see docs/threats.md and RFC 6962, section 2')).toEqual([]);
  expect(cited('// Cases 1 and 46')).toEqual(['46']);
  expect(cited("test('T4, case 9: x')")).toEqual(['9', 'T4']);
  expect(cited('// (design, section 3)', '// issue 8', '// see docs/design.md')).toEqual([
    'design, section 3',
    'issue 8',
    'docs/design.md',
  ]);
  expect(untested(lines("test('case 1: x')"))).toEqual(['45', 'T3']);
});
