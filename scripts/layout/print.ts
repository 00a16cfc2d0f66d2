import { citesOutside } from './cites.ts';
import { breachesOf, crossing } from './rules.ts';
import { circlesOf, importsOf, isSource, isTest, readTree } from './tree.ts';

/** Prints the figures of the checkout in this folder, and then each breach and each cite that leads nowhere. */
export function print(folder: string): void {
  const tree = readTree(folder);
  const imports = importsOf(tree);
  const own = imports.filter(({ from }) => !isTest(from));
  const crossings = own.map(crossing).filter((way) => way !== undefined);
  const past = crossings.filter((way) => way === 'past the door');
  const breaches = breachesOf(tree);
  const cites = citesOutside(tree);
  const sizes = [...tree]
    .filter(([path]) => isSource(path) && !isTest(path))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const largest = sizes.at(-1);
  for (const breach of breaches) console.log(`${breach.rule}: ${breach.from} imports ${breach.to}`);
  for (const { from, line, cites: what } of cites)
    console.log(`cites what is not here: ${from}:${line} ${what}`);
  console.log(`
imports that cross into a room            ${crossings.length}
  of them past its door                   ${past.length}
import circles                            ${circlesOf(imports).length}
platform files that import a feature      ${platformFiles(breaches)}
other breaches of the rules               ${breaches.length - past.length - platformImports(breaches).length - circlesOf(imports).length}
cites of what is not in the repository    ${cites.length}
source files, tests aside                 ${sizes.length}
  median lines                            ${sizes[Math.floor(sizes.length / 2)]?.lines}
  largest                                 ${largest?.lines} (${largest?.path})`);
}

const platformImports = (breaches: ReturnType<typeof breachesOf>) =>
  breaches.filter(({ rule }) => rule === 'platform imports no feature');
const platformFiles = (breaches: ReturnType<typeof breachesOf>) =>
  new Set(platformImports(breaches).map(({ from }) => from)).size;
