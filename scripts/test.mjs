#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNode24 } from '../server/node24.mjs';

/**
 * Everything: types, lint, format, unused code, unit tests, builds, tests in real browsers. Each step runs even when
 * one before it failed, so that one run shows all; the last line counts them.
 */

const bin = (name) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);

function run(title, command, args, env = {}) {
  process.stdout.write(`\n=== ${title}\n`);
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => {
      process.stdout.write(`${error.message}\n`);
      resolve(false);
    });
    child.on('exit', (code) => {
      process.stdout.write(
        `--- ${title}: ${code === 0 ? 'ok' : `failed (${code})`}, ${Math.round((Date.now() - started) / 1000)} s\n`,
      );
      resolve(code === 0);
    });
  });
}

/** Reads a report; a runner that died before it wrote one counts as one failure. */
function counts(file, read) {
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
}
const vitest = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests,
});
const playwright = ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
});

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const results = [];
  const step = async (title, command, args) => {
    const ok = await run(title, command, args);
    results.push({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
    return ok;
  };
  const tests = async (title, command, args, name, read, env) => {
    const file = join(folder, name);
    const ok = await run(title, command, args(file), env?.(file));
    const count = counts(file, read);
    results.push(ok || count.failed > 0 ? count : { ...count, failed: 1 });
  };

  await step('types', bin('tsc'), ['-p', '.']);
  await step('lint', bin('oxlint'), ['--type-aware']);
  await step('format', bin('oxfmt'), ['--check', '.']);
  await step('unused code', bin('knip'), []);
  const json = (file) => ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await tests('unit tests', bin('vitest'), (file) => ['run', ...json(file)], 'unit.json', vitest);
  const built =
    (await step('companion', 'npm', ['run', '--silent', 'build:web'])) &&
    (await step('extension', 'npm', ['run', '--silent', 'build:extension']));
  if (built && (await step('browser', process.execPath, ['e2e/browser/ensure.ts']))) {
    await tests(
      'browser plumbing',
      bin('vitest'),
      (file) => ['run', '--config', 'e2e/vitest.config.ts', ...json(file)],
      'plumbing.json',
      vitest,
    );
    await step('Firefox add-on lint', bin('web-ext'), [
      'lint',
      '--source-dir',
      'extension/.output/firefox-mv3',
      '--self-hosted',
      '--no-config-discovery',
    ]);
    await tests(
      'stories and traps',
      bin('playwright'),
      () => ['test'],
      'e2e.json',
      playwright,
      (file) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file }),
    );
  }
  rmSync(folder, { recursive: true, force: true });
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exit(sum('failed') === 0 ? 0 : 1);
}

if (isNode24(import.meta.url)) await main();
