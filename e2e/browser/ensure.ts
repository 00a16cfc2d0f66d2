import { findChromium, findFirefox } from './find.ts';

/** Finds the browsers that the tests drive, or installs them where it may; one line says what is missing. */
try {
  const chromium = await findChromium();
  const firefox = await findFirefox();
  process.stdout.write(`${chromium.version} and ${firefox.version}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
