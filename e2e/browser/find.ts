import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';

const run = promisify(execFile);

/** Told in whole sentences what is being tried, because a download can take minutes. */
export type Say = (sentence: string) => void;

/** A browser that starts: its program and the first line of its `--version`. */
export type Found = { path: string; version: string };

const GET_CHROMIUM =
  'No Chromium that can load an unpacked extension was found: install Chromium or Chrome for Testing ' +
  '(https://googlechromelabs.github.io/chrome-for-testing/) and set CHROMIUM_PATH to its program.';
const GET_FIREFOX =
  'No Firefox was found: install Firefox ESR (https://www.mozilla.org/firefox/enterprise/) and set FIREFOX_PATH to its program.';

// Debian's /usr/bin/chromium is a shell wrapper that warns about memory and adds its own switches; the binary
// beside its libraries runs without it.
const CHROMIUM_PLACES = [
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
];
const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'chrome-for-testing',
  'google-chrome-for-testing',
  'chrome',
];
const FIREFOX_PLACES = [
  '/usr/lib/firefox-esr/firefox-esr',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];
const FIREFOX_NAMES = ['firefox-esr', 'firefox'];

/** Where these program names stand on PATH, in PATH's order. */
export function onPath(names: readonly string[], path = process.env['PATH'] ?? ''): string[] {
  const folders = path.split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((file) => existsSync(file));
}

/** True for the branded Chromes, which ignore `--load-extension` since version 137. */
export function isBranded(version: string): boolean {
  return /^(Google Chrome(?! for Testing)|Microsoft Edge|Brave|Opera|Vivaldi)/.test(version.trim());
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return stdout.trim().split('\n')[0] ?? '';
  } catch {
    return undefined; // a snap stub, a broken link, another machine's binary: not a browser that starts
  }
}

async function firstThatStarts(paths: readonly string[]): Promise<Found | undefined> {
  for (const path of paths.filter((p) => existsSync(p))) {
    const version = await versionOf(path);
    if (version !== undefined && !isBranded(version)) return { path, version };
  }
  return undefined;
}

const installedChromium = () =>
  firstThatStarts([...CHROMIUM_PLACES, ...onPath(CHROMIUM_NAMES), chromium.executablePath()]);
const installedFirefox = () => firstThatStarts([...FIREFOX_PLACES, ...onPath(FIREFOX_NAMES)]);

async function named(variable: string, kind: string): Promise<Found | undefined> {
  const path = process.env[variable];
  if (!path) return undefined;
  const version = await versionOf(path);
  if (version === undefined)
    throw new Error(`${variable} is ${path}, which does not start: correct it or unset it.`);
  if (isBranded(version)) {
    throw new Error(
      `${variable} is ${version}, which cannot load an extension from a folder: point it at ${kind} or unset it.`,
    );
  }
  return { path, version };
}

async function apt(packageName: string, say: Say): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || onPath(['apt-get']).length === 0) return;
  say(`Installing ${packageName} with apt-get, as no browser was found.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env, timeout: 300_000 });
    await run('apt-get', ['install', '-y', packageName], { env, timeout: 900_000, maxBuffer: 64 << 20 });
  } catch {
    say(`apt-get could not install ${packageName}.`);
  }
}

async function playwrightDownload(say: Say): Promise<void> {
  say('Downloading Chromium with Playwright, as no browser was found.');
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  try {
    await run(process.execPath, [cli, 'install', '--no-shell', 'chromium'], {
      timeout: 600_000,
      maxBuffer: 64 << 20,
    });
  } catch {
    say("Playwright's download did not succeed.");
  }
}

/**
 * A Chromium that loads unpacked extensions: CHROMIUM_PATH, the system's, Playwright's download, apt-get when
 * root, in that order. Nothing is installed while one of the earlier ones starts.
 * @throws one sentence that says what to get, when there is none or CHROMIUM_PATH is no use.
 */
export async function findChromium(say: Say = console.log): Promise<Found> {
  const asked = await named('CHROMIUM_PATH', 'Chromium or Chrome for Testing');
  if (asked) return asked;
  const present = await installedChromium();
  if (present) return present;
  for (const get of [playwrightDownload, (s: Say) => apt('chromium', s)]) {
    await get(say);
    const found = await installedChromium();
    if (found) return found;
  }
  const branded = onPath(['google-chrome', 'google-chrome-stable', 'microsoft-edge']);
  const hint =
    branded.length > 0 ? ` ${branded[0]} will not do: it cannot load an extension from a folder.` : '';
  throw new Error(GET_CHROMIUM + hint);
}

/**
 * A Firefox that can be driven: FIREFOX_PATH, the system's, apt-get when root.
 * @throws one sentence that says what to get.
 */
export async function findFirefox(say: Say = console.log): Promise<Found> {
  const asked = await named('FIREFOX_PATH', 'Firefox');
  if (asked) return asked;
  const present = await installedFirefox();
  if (present) return present;
  await apt('firefox-esr', say);
  const found = await installedFirefox();
  if (found) return found;
  throw new Error(GET_FIREFOX);
}
