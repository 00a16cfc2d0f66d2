import type { Tree } from './tree.ts';

/** What code and pages cite that a reader of this repository cannot look up. */
export interface Cite {
  from: string;
  line: number;
  cites: string;
}

const CASES = /\bcases? (\d+(?:(?:, | and |, and )\d+)*)/gi;
const TRAPS = /(?<![\w/.])T([1-9]\d?)(?![\w/]|:\d)/g;
const ELSEWHERE = /\bdesign(?:'s words|,? section \d+)|\bissue #?\d+|\b(?:and|see) point \d+/gi;
const PAGES = /(?<![\w./:@-])(?:docs\/)?[\w-]+(?:\/[\w-]+)*\.md\b/g;
const SWITCH = /^\s*case (?:0x)?\w+:/;

/** The numbers that `docs/threats.md` lists: the first cell of its tables' rows. */
export function listedIn(page: string): Set<string> {
  return new Set([...page.matchAll(/^\| (T?\d+) /gm)].map(([, number]) => number!));
}

/** All cases and traps that a text cites: `case 41`, `cases 45, 46`, `T10`. */
export function numbersIn(text: string): string[] {
  return [
    ...[...text.matchAll(CASES)].flatMap(([, list]) => list!.match(/\d+/g) ?? []),
    ...[...text.matchAll(TRAPS)].map(([trap]) => trap),
  ];
}

export function citesOutside(tree: Tree): Cite[] {
  const listed = listedIn(tree.get('docs/threats.md') ?? '');
  const cites: Cite[] = [];
  for (const [from, text] of tree) {
    if (!/\.(ts|tsx|mjs|js|css|html)$/.test(from) || from.startsWith('scripts/layout/')) continue;
    for (const [index, line] of text.split('\n').entries()) {
      if (SWITCH.test(line)) continue;
      const unknown = [
        ...numbersIn(line).filter((number) => !listed.has(number)),
        ...[...line.matchAll(ELSEWHERE)].map(([words]) => words),
        ...[...line.matchAll(PAGES)].map(([page]) => page).filter((page) => !tree.has(page)),
      ];
      cites.push(...unknown.map((number) => ({ from, line: index + 1, cites: number })));
    }
  }
  return cites;
}

/** Listed cases that no test names, but for rows that end in "not built" or "no test". */
export function untested(tree: Tree): string[] {
  const page = tree.get('docs/threats.md') ?? '';
  const later = new Set(
    [...page.matchAll(/^\| (T?\d+) .*\| (?:not built|no test) *\|/gm)].map(([, number]) => number!),
  );
  const tests = [...tree].filter(([path]) => /(?<!\/layout)\.(test|spec)\.tsx?$/.test(path));
  const held = new Set(tests.flatMap(([, text]) => numbersIn(text)));
  return [...listedIn(page)].filter((number) => !held.has(number) && !later.has(number));
}

/** Files and folders that a page names and that are not there. Decisions tell of what was. */
export function namedInVain(tree: Tree): Cite[] {
  const folders = new Set(
    [...tree.keys()].flatMap((path) => path.split('/').map((_, n, all) => all.slice(0, n).join('/'))),
  );
  return [...tree]
    .filter(([page]) => /^(docs\/(?!decisions)[\w-]+|[A-Z]+)\.md$/.test(page) && page !== 'CHANGELOG.md')
    .flatMap(([from, text]) =>
      text.split('\n').flatMap((line, index) =>
        [...line.matchAll(/`((?:server|shared|extension|e2e|scripts|bench|docs)\/[\w./-]*\w)\/?`/g)]
          .map(([, path]) => path!)
          .filter((path) => !tree.has(path) && !folders.has(path) && !path.includes('/.output'))
          .map((path) => ({ from, line: index + 1, cites: path })),
      ),
    );
}
