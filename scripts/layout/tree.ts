import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** The repository's own text files by path, and who imports whom. */
export type Tree = ReadonlyMap<string, string>;

export interface Import {
  from: string;
  /** A file of the tree, or else the name as it is written: `node:fs`, `zod`. */
  to: string;
}

const SKIPPED = new Set([
  'node_modules',
  '.git',
  '.output',
  '.wxt',
  'dist',
  'coverage',
  'test-results',
  'data',
]);
const TEXT = /\.(ts|tsx|mjs|js|css|html|yaml|md|jsonl?)$/;

export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile() && TEXT.test(path) && entry.name !== 'package-lock.json')
        tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  walk('');
  return tree;
}

export const isSource = (path: string): boolean => /\.tsx?$/.test(path);

/** Tests and what only they use look inside any room. */
export const isTest = (path: string): boolean =>
  /\.(test|spec|cases|child)\.tsx?$|(^|\/)testing(\.tsx?$|\/)|^(e2e|bench|scripts)\//.test(path);

/** Every import, of types too: a circle of types has to be read as a whole as much as any other. */
export function importsOf(tree: Tree): Import[] {
  return [...tree]
    .filter(([path]) => isSource(path))
    .flatMap(([from, text]) => {
      const { module } = parseSync(from, text);
      const names = [
        ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
        ...module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
        ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
      ];
      return [...new Set(names)]
        .filter((name) => name !== undefined)
        .map((name) => ({ from, to: resolve(tree, from, name) }));
    });
}

function resolve(tree: Tree, from: string, name: string): string {
  const bare = name.replace(/\?.*$/, '');
  if (bare.startsWith('#shared/')) return `shared/${bare.slice('#shared/'.length)}`;
  if (!bare.startsWith('.')) return name;
  const path = posix.join(posix.dirname(from), bare);
  return tree.has(path) ? path : name;
}

/** Groups of files that reach one another (Tarjan's strongly connected components of more than one file). */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    stack.push(file);
    for (const { to } of next.get(file) ?? []) {
      if (!order.has(to)) low.set(file, Math.min(low.get(file)!, visit(to)));
      else if (stack.includes(to)) low.set(file, Math.min(low.get(file)!, order.get(to)!));
    }
    if (low.get(file) === order.get(file)) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low.get(file)!;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return circles;
}
