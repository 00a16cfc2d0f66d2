import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const tree = resolve(import.meta.dirname, '../../..');

/**
 * A copy of the server's code with one thing changed in it: to show that a test sees what it is there to see, without
 * an option in the product. Throws where there is nothing to change.
 */
export function variation(to: string, change: { file: string; from: string; into: string }): string {
  for (const part of ['server', 'shared', 'package.json'])
    cpSync(join(tree, part), join(to, part), { recursive: true });
  symlinkSync(join(tree, 'node_modules'), join(to, 'node_modules'));
  const path = join(to, change.file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(change.from)) throw new Error(`${change.file} has no ${change.from}`);
  writeFileSync(path, text.replaceAll(change.from, change.into));
  return to;
}
