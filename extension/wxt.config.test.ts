import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import config from './wxt.config.ts';

/** The manifest that this browser gets, as far as versions go. */
function manifestOf(browser: 'chrome' | 'firefox') {
  const { manifest } = config;
  if (typeof manifest !== 'function') throw new Error('the manifest is not made for each browser');
  const env = { browser, command: 'build', manifestVersion: 3, mode: 'production' } as const;
  return manifest(env) as {
    version: string;
    minimum_chrome_version?: string;
    browser_specific_settings?: { gecko: { strict_min_version: string } };
  };
}

const root = new URL('../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test('the docs name the browsers that the manifests ask for', () => {
  const chromium = manifestOf('chrome').minimum_chrome_version;
  const firefox = manifestOf('firefox').browser_specific_settings?.gecko.strict_min_version.split('.')[0];
  expect([chromium, firefox]).not.toContain(undefined);
  expect(textOf('docs/operating.md')).toContain(
    `It needs Chromium ${chromium} or Firefox ${firefox}, or newer.`,
  );
});

test('the extension has the version of the package', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  expect([manifestOf('chrome').version, manifestOf('firefox').version]).toEqual([version, version]);
});
