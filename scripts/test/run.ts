import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beside, type Count, playwright, run, type Step, vitest } from './steps.ts';

/**
 * `npm test`. Each step runs even when one before it failed, so that one run shows all; only tests in browsers need
 * what is built first. The last line counts them.
 */

const check = (title: string, ...command: string[]): Step => ({ title, command });

const types = check('types', 'tsc', '-p', '.');
const lint = check('lint', 'oxlint', '--type-aware');
const format = check('format', 'oxfmt', '--check', '.');
const unused = check('unused code', 'knip');
const companion = check('companion', 'npm', 'run', '--silent', 'build:web');
const extension = check('extension', 'npm', 'run', '--silent', 'build:extension');
const browser = check('browser', process.execPath, 'e2e/browser/ensure.ts');
const addOn = check(
  'Firefox add-on lint',
  'web-ext',
  'lint',
  '--source-dir',
  'extension/.output/firefox-mv3',
  '--self-hosted',
  '--no-config-discovery',
);

const KINDS = new Set(['check', 'unit', 'browser']);

const failed = (counts: readonly Count[]) => counts.some((count) => count.failed > 0);

/** Everything, or all of a kind (`check`, `unit`, `browser`), or the tests at these paths. Returns the exit code. */
export async function test(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const report = (name: string) => join(folder, `${name}.json`);
  const all = (kind: string) => args.length === 0 || args.includes(kind);
  const paths = args.filter((arg) => !KINDS.has(arg));
  const plumbing = paths.filter((path) => /^e2e\/(browser|consoles)\b/.test(path));
  const specs = paths.filter((path) => path.startsWith('e2e') && !plumbing.includes(path));
  const units = paths.filter((path) => !path.startsWith('e2e'));

  const counts: Count[] = [];
  if (all('check')) counts.push(...(await beside([types, unused, format], [lint])));
  if (all('unit') || units.length > 0) counts.push(await run(vitest('unit tests', report('unit'), ...units)));

  if (all('browser') || plumbing.length > 0 || specs.length > 0) {
    const built = await beside([companion], [extension]);
    if (!failed(built)) built.push(await run(browser));
    counts.push(...built);
    if (!failed(built)) {
      if (all('browser') || plumbing.length > 0)
        counts.push(
          await run(
            vitest('browser plumbing', report('plumbing'), '--config', 'e2e/vitest.config.ts', ...plumbing),
          ),
        );
      if (all('browser')) counts.push(await run(addOn));
      if (all('browser') || specs.length > 0)
        counts.push(await run(playwright('stories and traps', report('e2e'), ...specs)));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + (count[key] ?? 0), 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 ? 0 : 1;
}
