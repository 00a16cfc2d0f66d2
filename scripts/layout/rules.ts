import { posix } from 'node:path';
import { circlesOf, type Import, importsOf, isTest, type Tree } from './tree.ts';

/**
 * What may import what; `docs/architecture.md` says why. `*` stands for one name, `**` for any path. Tests, and what
 * only they use, may look inside any room.
 */

/** A room is entered through one of its doors and no other file. */
const ROOMS: { rooms: string; but?: string[]; doors: string[] }[] = [
  // A thread that commits needs no Kysely, which takes a tenth of a second to import.
  { rooms: 'server/db', doors: ['index.ts', 'durable.ts'] },
  {
    rooms: 'server/*',
    but: ['server/cli', 'server/testing', 'server/web'],
    doors: ['index.ts', 'services.ts', 'routes.ts'],
  },
  { rooms: 'extension/features/*', doors: ['index.ts', 'page.ts'] },
];

const PLATFORM = ['server/{db,log,http}/**', 'extension/platform/**'];
const PRIMITIVES = ['shared/domain/*.ts', 'shared/log/**', 'shared/bytes.ts', 'zod', 'zod/mini'];

interface Rule {
  name: string;
  files: string[];
  /** Files of these that the rule spares. */
  spares?: string[];
  /** All that the files may import. */
  only?: string[];
  /** What they never import, `but` for these. */
  never?: string[];
  but?: string[];
}

const RULES: Rule[] = [
  {
    name: 'the app alone mounts routes',
    files: ['server/**'],
    spares: ['server/app.ts'],
    never: ['server/*/routes.ts'],
  },
  {
    name: 'platform imports no feature',
    files: PLATFORM,
    never: ['server/*/**', 'extension/features/**'],
    but: PLATFORM,
  },
  {
    name: 'features reach storage through the platform',
    files: ['server/**', 'extension/**'],
    // These two read and write the files of a server that is not running.
    spares: [...PLATFORM, 'server/{backup,fsck}/**'],
    never: ['node:sqlite', 'idb', 'webextension-polyfill'],
  },
  { name: 'shared does no I/O', files: ['shared/**'], never: ['server/**', 'extension/**', 'node:*'] },
  { name: 'server and extension meet in shared', files: ['extension/**'], never: ['server/**'] },
  { name: 'server and extension meet in shared', files: ['server/**'], never: ['extension/**'] },
  {
    name: 'server and companion meet in shared',
    files: ['server/web/**'],
    never: ['server/**'],
    but: ['server/web/**'],
  },
  {
    name: 'entries rest on primitives and other entries',
    files: ['shared/domain/*/entries.ts'],
    only: [...PRIMITIVES, 'shared/domain/*/entries.ts'],
  },
  {
    name: 'statements rest on primitives, entries and other statements',
    files: ['shared/domain/*/statements.ts'],
    only: [...PRIMITIVES, 'shared/domain/*/{entries,statements}.ts'],
  },
  {
    name: 'the verifier rests on entries, statements and policy',
    files: ['shared/domain/*/verify.ts', 'shared/verify/**'],
    never: ['shared/domain/*/{wire,words}.ts', 'shared/wire/**', 'shared/ui/**'],
  },
];

export interface Breach {
  rule: string;
  from: string;
  to: string;
}

const fits = (path: string, globs: readonly string[] = []) =>
  globs.some((glob) => posix.matchesGlob(path, glob));

/** The room that a file is in and the room's doors, or undefined. */
export function roomOf(path: string): { room: string; doors: string[] } | undefined {
  for (const { rooms, but = [], doors } of ROOMS) {
    const depth = rooms.split('/').length;
    const parts = path.split('/');
    const room = parts.slice(0, depth).join('/');
    if (parts.length > depth && fits(room, [rooms]) && !but.includes(room)) return { room, doors };
  }
  return undefined;
}

/** An import of one room by another, and whether it goes past the door. */
export function crossing({ from, to }: Import): 'by the door' | 'past the door' | undefined {
  const target = roomOf(to);
  if (target === undefined || target.room === roomOf(from)?.room) return undefined;
  return target.doors.includes(to.slice(target.room.length + 1)) ? 'by the door' : 'past the door';
}

/** Everything in the tree that breaks a rule. A circle is one breach, told as all of its files. */
export function breachesOf(tree: Tree): Breach[] {
  const all = importsOf(tree);
  const imports = all.filter(({ from }) => !isTest(from));
  return [
    ...imports
      .filter((one) => crossing(one) === 'past the door')
      .map((one) => ({ rule: 'a room is entered through its door', ...one })),
    ...imports
      .filter(({ to }) => isTest(to))
      .map((one) => ({ rule: 'only tests import what is for tests', ...one })),
    ...RULES.flatMap(({ name, files, spares, only, never, but }) =>
      imports
        .filter(({ from }) => fits(from, files) && !fits(from, spares))
        .filter(({ to }) => (only === undefined ? fits(to, never) && !fits(to, but) : !fits(to, only)))
        .map((one) => ({ rule: name, ...one })),
    ),
    ...circlesOf(all).map((circle) => ({
      rule: 'no circles',
      from: circle[0]!,
      to: circle.slice(1).join(' '),
    })),
  ];
}
